import { isSame } from './compare-transcript.ts'

type Members = Readonly<Record<string, unknown>>

/** A moment, an id that is drawn, a hash, a token or a cursor. */
const DRAWN = /^\d{4}-\d\d-\d\dT[\d:.]+Z$|[0-9a-f]{8}-[0-9a-f]{4}-|^[\w.-]{24,}$/
/** What depends on how much was done before. */
const COUNTED = /^(?:seq|.*Seq|deadLetterId|messageId|nextCursor|number|hash)$/

/** Where an answer is not as a document shows it: a sentence each. Moments and what is drawn or counted may be others. */
export function compareAnswer(shown: unknown, said: unknown, place = 'the answer'): string[] {
  if (isObject(shown) && isObject(said)) return compareMembers(shown, said, place)
  if (DRAWN.test(String(shown)) && DRAWN.test(String(said))) return []
  const isCounted = COUNTED.test(place.split('.').at(-1) ?? '') && typeof shown === typeof said
  if (isCounted || (!isObject(said) && isSame(JSON.stringify(shown), JSON.stringify(said)))) return []
  return [`${place} is shown as ${JSON.stringify(shown)}, and is ${JSON.stringify(said)}`]
}

function compareMembers(shown: Members, said: Members, place: string): string[] {
  return [
    ...Object.keys(said)
      .filter(name => !(name in shown))
      .map(name => `${place}.${name} is there, and not shown`),
    ...Object.entries(shown).flatMap(([name, value]) =>
      name in said
        ? compareAnswer(value, said[name], `${place}.${name}`)
        : [`${place}.${name} is shown, and not there`],
    ),
  ]
}

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null
