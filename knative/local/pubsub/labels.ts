import { invalidArgument } from './service-error.ts'

// cloud.google.com/pubsub/docs/labels: up to 64; keys begin with a letter, nothing in them is a capital.
const MAX_LABELS = 64
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u

/** Throws INVALID_ARGUMENT for labels the service would refuse. */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels)
  if (entries.length > MAX_LABELS) {
    throw invalid(`there are ${entries.length} of them, but the maximum is ${MAX_LABELS}`)
  }
  for (const [key, value] of entries) {
    if (!KEY.test(key)) throw invalid(`key "${key}" does not conform to "${KEY.source}"`)
    if (!VALUE.test(value))
      throw invalid(`value "${value}" of "${key}" does not conform to "${VALUE.source}"`)
  }
}

function invalid(reason: string) {
  return invalidArgument(
    `You have passed an invalid argument to the service (argument=Invalid labels: ${reason}).`,
  )
}
