const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A count: `12,345`. */
export function formatCount(count: number): string {
  return grouped.format(count)
}

/** A rate: with a decimal while that says something. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0'
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond)
}

/** A share of 1 as per cent. Only what is all or nothing is shown as 100 or 0. */
export function formatShare(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1)} %`
}

/** How long something took or waits, to about three digits. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0095) return `${Number((seconds * 1000).toFixed(1))} ms`
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 119.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

/** `1 transaction`, `2 transactions`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}
