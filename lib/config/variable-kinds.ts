import type { Fault, Variable } from './parse-config.ts'

type Declared = { readonly about: string; readonly fallback?: string }
type Whole = Declared & { readonly min: number; readonly max: number; readonly unit?: string }

/** Any text. */
export function text(name: string, declared: Declared): Variable<string> {
  return { name, ...declared, read: value => value }
}

/** A whole number within bounds, both included. */
export function wholeNumber(name: string, { min, max, ...declared }: Whole): Variable<number> {
  const read = (value: string): number | Fault => {
    const number = Number(value)
    const sound = /^\d+$/.test(value) && number >= min && number <= max
    return sound ? number : { fault: `must be a whole number from ${min} to ${max}, not "${value}"` }
  }
  return { name, ...declared, read }
}

/** A part of all: a number from 0 to 1. */
export function fraction(name: string, declared: Declared): Variable<number> {
  const read = (value: string): number | Fault => {
    const sound = /^(0|1|0?\.\d+|1\.0+)$/.test(value)
    return sound ? Number(value) : { fault: `must be a number from 0 to 1, not "${value}"` }
  }
  return { name, ...declared, read }
}

/** One of a few words. */
export function oneOf<W extends string>(
  name: string,
  { words, ...declared }: Declared & { readonly words: readonly W[] },
): Variable<W> {
  const read = (value: string): W | Fault =>
    words.find(word => word === value) ?? { fault: `must be one of ${words.join(', ')}, not "${value}"` }
  return { name, ...declared, read }
}

/** An address with one of the given schemes, or none if that is the fallback. The fault never repeats the value: it may carry a password. */
export function address(
  name: string,
  { schemes, ...declared }: Declared & { readonly schemes: readonly string[] },
): Variable<string> {
  const read = (value: string): string | Fault => {
    if (value === '' && declared.fallback === '') return value
    const sound = URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1))
    return sound ? value : { fault: `must be an address ${schemes.join(':// or ')}://…` }
  }
  return { name, ...declared, read }
}
