/** Reads a flag that is a whole number of at least `min`; throws a message for the caller. */
export function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value
  throw new Error(`--${flag} ${text}: must be a whole number of at least ${min}`)
}
