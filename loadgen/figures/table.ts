/** A table in Markdown: its first column is text, or as many as are said; the others are figures. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = 1,
): string[] {
  const rule = headings.map((_, index) => (index < textColumns ? '---' : '--:'))
  return [headings, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`)
}
