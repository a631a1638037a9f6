/** The known key that a misspelled one was most likely meant to be; undefined if none is near. */
function likelyKey(written: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map(key => ({ key, distance: distance(plain(written), plain(key)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(2, plain(written).length / 3) ? best.key : undefined
}

/** `; did you mean window?`, or nothing. */
export function didYouMean(written: string, known: readonly string[]): string {
  const key = likelyKey(written, known)
  return key === undefined ? '' : `; did you mean ${key}?`
}

/** Without what people mix up: the prefix, hyphens and capitals. */
function plain(key: string): string {
  return key.replace(/^.*\//, '').replaceAll(/[-_]/g, '').toLowerCase()
}

/** How many letters must be put in, left out or changed (Levenshtein); nothing for one that is the end of the other. */
function distance(a: string, b: string): number {
  if (a !== '' && b !== '' && (a.endsWith(b) || b.endsWith(a))) return a === b ? 0 : 1
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
