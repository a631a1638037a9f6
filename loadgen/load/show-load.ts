import type { LoadOptions } from './load-run.ts'

const LINES_EVERY_SECONDS = 2

/** Shows how a load is taken, on stderr: one line that changes in a terminal, elsewhere one every two seconds. */
export function showLoad(totalSeconds: number, stream = process.stderr): LoadOptions['onSecond'] {
  let last = { accepted: 0, applied: 0 }
  let seconds = 0
  return so => {
    seconds += 1
    const line =
      `${seconds} of ${totalSeconds} s: ${so.accepted - last.accepted} accepted, ${so.applied - last.applied} ` +
      `known to be applied in the last, ${so.errors} errors`
    last = so
    if (stream.isTTY) stream.write(`\r\x1b[K${line}${seconds >= totalSeconds ? '\n' : ''}`)
    else if (seconds % LINES_EVERY_SECONDS === 0) stream.write(`${line}\n`)
  }
}
