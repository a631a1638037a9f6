import { spawn } from 'node:child_process'

/** One check: a command that succeeds or fails, or the reason why it cannot be made here. */
export interface Step {
  readonly title: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  /** Said instead of running it. */
  readonly skip?: string
  /** What puts a failure right, when one command does. */
  readonly fix?: string
  /** It may end with NOT_JUDGED without failing. */
  readonly mayGoUnjudged?: boolean
}

/** How a step ends that could not find out; EX_TEMPFAIL of sysexits.h. */
export const NOT_JUDGED = 75

/**
 * Runs all the steps, one after another, whatever fails; shows the output of those that do, and at the end
 * which they were. Returns the exit code.
 */
export async function runSteps(
  steps: readonly Step[],
  cwd: string,
  say: (line: string) => void = console.log,
): Promise<number> {
  const failed: Step[] = []
  for (const step of steps) {
    if (step.skip !== undefined) say(`-  ${step.title}: skipped: ${step.skip}`)
    else if (!(await runStep(step, cwd, say))) failed.push(step)
  }
  if (failed.length === 0) return 0
  say('\nFailed:')
  for (const { title, fix } of failed)
    say(`  ${title}${fix === undefined ? '' : ` (to put it right: ${fix})`}`)
  return 1
}

async function runStep(step: Step, cwd: string, say: (line: string) => void): Promise<boolean> {
  const begin = performance.now()
  const { code, output } = await run(step, cwd)
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  if (code === NOT_JUDGED && step.mayGoUnjudged === true) {
    say(`-  ${step.title}: not judged: ${output.trimEnd()} (${seconds} s)`)
    return true
  }
  if (code !== 0) say(output.trimEnd())
  say(`${code === 0 ? 'ok' : 'FAILED'}  ${step.title} (${seconds} s)`)
  return code === 0
}

function run(step: Step, cwd: string): Promise<{ code: number | null; output: string }> {
  const [program, ...args] = step.command
  const env = { ...process.env, ...step.env }
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = Promise.withResolvers<{ code: number | null; output: string }>()
  child.on('error', error => ended.resolve({ code: null, output: `${program}: ${error.message}` }))
  child.on('close', code => ended.resolve({ code, output }))
  return ended.promise
}
