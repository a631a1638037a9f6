/** What differs from run to run, and the word that stands for it. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/(?:MariaDB|MySQL|Redis|Valkey) [\d.]+\b/g, 'ENGINE'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/\b[\d.,]+ (?:ms|s)\b/g, 'DURATION'],
  [/127\.0\.0\.1:\d+/g, 'HOST'],
  [/\b\d+ a second\b/g, 'RATE'],
  [/\br=\d+;t=\d+/g, 'r=LEFT'],
  [/\b(alice|bob|rent|car)-\w+/g, '$1-ID'],
]

/** The lines that a command says, without what npm says before them. */
function linesOf(output: string): string[] {
  const lines = output.replace(/^(?:> .*\n)+\n*/, '').split(/\r?\n/)
  return lines.map(line => CHANGING.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line))
}

/** Where a transcript is not what a command says, if anywhere. `…` stands for anything in a line; alone, for any lines. */
export function compareTranscript(transcript: string, output: string): string | undefined {
  const said = linesOf(output.trim())
  let at = 0
  let skips = false
  for (const line of linesOf(transcript.trim())) {
    if (line.trim() === '…') {
      skips = true
      continue
    }
    const found = said.findIndex((one, index) => index >= at && isSame(line, one))
    if (found === -1 || (found !== at && !skips)) return `"${line}" is shown, and "${said[at] ?? ''}" is said`
    at = found + 1
    skips = false
  }
  return skips || at === said.length ? undefined : `"${said[at]}" is said, and not shown`
}

/** Whether a text is as it is shown, `…` being anything. */
export function isSame(shown: string, said: string): boolean {
  const parts = shown.split('…').map(part => RegExp.escape(part))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(said)
}
