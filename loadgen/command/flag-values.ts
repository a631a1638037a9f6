/** Reads a flag that is a whole number of at least `min`; throws a message for the caller. */
export function wholeNumber(flag: string, text: string | undefined, min: number): number {
  if (text === undefined) throw new Error(`--${flag} is missing`)
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value
  throw new Error(`--${flag} ${text}: must be a whole number of at least ${min}`)
}
