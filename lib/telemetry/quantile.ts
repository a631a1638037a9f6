/**
 * The value that a part of all counted values does not exceed, read off the counts of buckets: within a bucket as if they were spread
 * evenly. Of what is above all bounds it says the highest. Undefined where nothing was counted.
 */
export function quantile(
  bounds: readonly number[],
  counts: readonly number[],
  part: number,
): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const wanted = part * total
  let before = 0
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= wanted) {
      const lower = bounds[bucket - 1] ?? 0
      const upper = bounds[bucket] ?? lower
      return lower + ((upper - lower) * (wanted - before)) / count
    }
    before += count
  }
  return bounds.at(-1)
}
