/** Three digits say all that a noisy machine can, but thousands are not rounded. */
export function formatNumber(value: number): string {
  const digits = value < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 }
  return value.toLocaleString('en-US', digits)
}
