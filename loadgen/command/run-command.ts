import { ExpectedError } from './expected-error.ts'

/**
 * Runs a command and sets the exit code: what it answers, 2 for flags that cannot be read (with the usage), 1
 * for any other error, 130 if it was interrupted. On SIGINT or SIGTERM the signal it is given is aborted, so
 * that it can end what it started; a second one does not cut that short.
 */
export async function runCommand<Flags>(
  usage: string,
  readFlags: () => Flags,
  run: (flags: Flags, interrupted: AbortSignal) => Promise<number>,
): Promise<void> {
  const flags = attempt(readFlags)
  if ('error' in flags) {
    console.error(`${flags.error}\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new ExpectedError('interrupted'))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt)
  try {
    process.exitCode = await run(flags.value, interruption.signal)
  } catch (error) {
    report(error)
    process.exitCode = interruption.signal.aborted ? 130 : 1
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupt)
  }
}

function attempt<T>(read: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: read() }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

function report(error: unknown): void {
  console.error(error instanceof ExpectedError ? error.message : error)
}
