const TICK_MS = 1_000

/**
 * Shows one line about something that takes a while, with the seconds counting up where there is a terminal.
 *
 * @param {string} what
 * @returns {(success: boolean) => void} ends the line
 */
export function showProgress(what) {
  const { stderr } = process
  const begin = Date.now()
  const seconds = () => Math.round((Date.now() - begin) / 1000)
  stderr.write(stderr.isTTY ? `${what}…` : `${what}…\n`)
  const ticking = stderr.isTTY
    ? setInterval(() => stderr.write(`\r${what}… ${seconds()} s`), TICK_MS)
    : undefined
  return success => {
    clearInterval(ticking)
    stderr.write(`${stderr.isTTY ? '\r' : ''}${what}: ${success ? 'done' : 'failed'} after ${seconds()} s\n`)
  }
}
