import { existsSync, readFileSync } from 'node:fs'
import type { Exit } from './engine.ts'

const TAIL_LINES = 12

/** What the log of a failed start gives away, and what to do about it. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|disk is full|out of disk space|err(no|or):? 28\b/i,
    'The disk is full: make room and start again.',
  ],
  [/Address already in use|Bind on TCP\/IP port|bind: .*in use/i, 'The port was taken by another program.'],
  [
    /error while loading shared libraries/i,
    'A library of the server is missing: install its package again, with its dependencies.',
  ],
  [
    /Permission denied|Errcode: 13|errno: 13/i,
    'The server may not use its data directory: check its owner, and whether AppArmor or SELinux confines the server.',
  ],
  [/Unable to lock .*ibdata1/i, 'Another server uses the same data directory: stop it first.'],
]

/** An engine that did not come up. The message holds the reason, the advice and the end of the log. */
export class StartFailure extends Error {
  /** True when another port may help. */
  readonly portTaken: boolean

  constructor(name: string, what: string, logFile: string) {
    const log = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd() : ''
    const tail = log.split('\n').slice(-TAIL_LINES).join('\n')
    const advice = ADVICE.find(([pattern]) => pattern.test(tail))?.[1]
    super(
      [`${name} did not start: ${what}.`, advice, `The end of ${logFile}:`, tail].filter(Boolean).join('\n'),
    )
    this.name = 'StartFailure'
    this.portTaken = ADVICE[1]?.[1] === advice
  }
}

/** "it exited with code 1", "it was ended by SIGSEGV". */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `it exited with code ${exit.code}` : `it was ended by ${exit.signal}`
}
