import { setTimeout as pause } from 'node:timers/promises'
import type { RunningStack } from '../../../knative/local/running-stack.ts'
import { compareAnswer } from './compare-answer.ts'
import { compareTranscript } from './compare-transcript.ts'
import type { OwnClone } from './own-clone.ts'
import { read } from './repository.ts'
import { type Ran, Shell } from './shell.ts'
import { isRunnable, readShellCommands, type ShellCommand, withoutComments } from './shell-commands.ts'

export type Typed = ShellCommand & Ran

/** Where the documents say that `npm start` listens, and where they put files that are of use once. */
export const LISTENS = '127.0.0.1:8080'
const SCRATCH = '/tmp/'
/** A read may come from a copy that is not the newest yet: it is asked again. */
const TRIES = 50
const BETWEEN_TRIES_MILLISECONDS = 100

/** Types the commands of a document, one after another in one shell, on the stack that runs in a clone. */
export async function typeDocument(
  file: string,
  clone: OwnClone,
  stack: RunningStack,
  env: Readonly<Record<string, string>> = {},
): Promise<Typed[]> {
  const shell = new Shell(clone.folder, { ...clone.env, ...env })
  const here = (text: string) =>
    text.replaceAll(LISTENS, new URL(stack.url).host).replaceAll(SCRATCH, `${clone.folder}/`)
  try {
    const typed: Typed[] = []
    for (const command of readShellCommands(read(file)).filter(isRunnable)) {
      typed.push(await typeCommand(shell, command, here(command.text)))
    }
    return typed
  } finally {
    shell.close()
  }
}

async function typeCommand(shell: Shell, command: ShellCommand, text: string): Promise<Typed> {
  for (let tries = 1; ; tries += 1) {
    const typed = { ...command, ...(await shell.run(text)) }
    if (tries === TRIES || !isRead(text) || findFaults(typed).length === 0) return typed
    await pause(BETWEEN_TRIES_MILLISECONDS)
  }
}

const isRead = (text: string) => /^curl /.test(text) && !/ -(?:d|X|-data)\b/.test(text)

/** How a command went otherwise than its document says: a sentence each. */
export function findFaults({ text, line, shown, status, code, out, err, statuses }: Typed): string[] {
  const first = `line ${line}, ${withoutComments(text).split('\n')[0]}`
  const faults = code === 0 ? [] : [`ends with ${code}: ${err}`]
  const wanted = status ?? statusOf(shown?.text)
  const isWanted = (one: string) => (wanted === undefined ? one.startsWith('2') : one === wanted)
  // Of a command that asks for several things, the last is what is shown.
  const counted = wanted === undefined ? statuses : statuses.slice(-1)
  faults.push(...counted.filter(one => !isWanted(one)).map(one => `is answered ${one}: ${out}`))
  if (status !== undefined && statuses.length === 0)
    faults.push(`is to be answered ${status}, and asks nobody`)
  return [...faults, ...shownFaults(shown, out)].map(fault => `${first} ${fault}`)
}

/** A problem says its own status. */
const statusOf = (shown = '') => /"status": ?(\d{3})\b/.exec(shown)?.[1]

function shownFaults(shown: Typed['shown'], out: string): string[] {
  if (shown === undefined) return []
  if (shown.language === 'json') {
    try {
      return compareAnswer(JSON.parse(shown.text), JSON.parse(out))
    } catch {
      return [`is shown to answer JSON: ${out}`]
    }
  }
  const fault = compareTranscript(shown.text, out)
  return fault === undefined ? [] : [fault]
}
