/** Reads a flag that is a whole number of at least `min`; throws a message for the caller, as the others here do. */
export function wholeNumber(flag: string, text: string | undefined, min: number): number {
  if (text === undefined) throw new Error(`--${flag} is missing`)
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value
  throw new Error(`--${flag} ${text}: must be a whole number of at least ${min}`)
}

/** Reads a flag that is one of some words. */
export function oneOf<W extends string>(flag: string, text: string, allowed: readonly W[]): W {
  const found = allowed.find(word => word === text)
  if (found === undefined) throw new Error(`--${flag} ${text}: must be one of ${allowed.join(', ')}`)
  return found
}

/** Reads a flag that is some of some words, with commas between. */
export function someOf<W extends string>(flag: string, text: string, allowed: readonly W[]): W[] {
  return text.split(',').map(word => oneOf(flag, word, allowed))
}
