import { formsOf, type Glossary, partsOf, type Term } from './glossary.ts'
import type { Name } from './names.ts'

/** English, and what is the same everywhere; a word of the trade does not belong here, but into the glossary. */
const PLAIN = new Set(
  `after at by id in is last not number same size sum through too twice zero
  age allowed began beginning bits change changed checked chunk code count created detail differ differs duration empty error
  exceeds exists failure finished forbidden found internal invalid item kept large media message method mismatch missing name
  occurred outside overloaded rate reached request retries reused subject sure timeout type unauthenticated unavailable unknown
  unsupported updated use work`.split(/\s+/),
)

/** Words of names that the glossary does not have: a sentence each. */
export function findUndefined({ terms }: Glossary, names: readonly Name[]): string[] {
  const known = new Set(
    terms.flatMap(({ ways, meaning }) => [...ways.flatMap(partsOf), ...valuesIn(meaning)]),
  )
  const faults = names.flatMap(({ name, place }) =>
    partsOf(name)
      .filter(part => !PLAIN.has(part) && !formsOf(part).some(form => known.has(form)))
      .map(
        part =>
          `${place}: "${part}" in ${name} is not in docs/glossary.md: say it with a word of it, or add it`,
      ),
  )
  return [...new Set(faults)]
}

/** Words that are left in the list of plain ones, and stand in no name any more. */
export function findIdlePlain(names: readonly Name[]): string[] {
  const parts = new Set(names.flatMap(({ name }) => partsOf(name)))
  return [...PLAIN].filter(word => !parts.has(word))
}

/** What a term can be: `OPEN`, PENDING, `transactions:write`. */
const valuesIn = (meaning: string) =>
  [...meaning.matchAll(/`([\w:]+)`|\b([A-Z]{4,})\b/g)].flatMap(([value]) => partsOf(value))

/** Entries that no name uses. */
export function findUnused({ terms }: Glossary, names: readonly Name[]): string[] {
  const used = new Set(names.flatMap(({ name }) => runsOf(partsOf(name))))
  return terms.flatMap(({ ways, line }) =>
    ways
      .filter(way => !used.has(partsOf(way).join(' ')))
      .map(way => `docs/glossary.md:${line} "${way}" is in no name: use it, or take it out`),
  )
}

/** Every part in each of its forms, and every two that follow each other. */
function runsOf(parts: readonly string[]): string[] {
  const singles = parts.flatMap(formsOf)
  const pairs = parts.slice(1).flatMap((part, index) => formsOf(part).map(form => `${parts[index]} ${form}`))
  return [...singles, ...pairs]
}

/** Names of others that have a word which is not ours. */
const OTHERS = new Set(['RELEASE_LOCK'])

/** Names with a word that another one stands for. */
export function findRefused({ refused }: Glossary, names: readonly Name[]): string[] {
  const faults = names.flatMap(({ name, place }) =>
    OTHERS.has(name)
      ? []
      : partsOf(name).flatMap(part => {
          const word = formsOf(part).find(form => refused.has(form))
          return word === undefined ? [] : [`${place}: "${word}" in ${name} is called ${refused.get(word)}`]
        }),
  )
  return [...new Set(faults)]
}

/** What is wrong with the glossary in itself. */
export function findOrderFaults({ terms, refused }: Glossary): string[] {
  const words = (term: Term | undefined) => term?.ways.join(', ').toLowerCase() ?? ''
  const all = terms.flatMap(({ ways }) => ways)
  return [
    ...terms
      .filter((term, index) => index > 0 && words(terms[index - 1]) > words(term))
      .map(term => `docs/glossary.md:${term.line} "${words(term)}" stands behind what comes after it`),
    ...all.filter((way, index) => all.indexOf(way) < index).map(way => `"${way}" is there twice`),
    ...[...refused]
      .filter(([, word]) => !all.includes(word))
      .map(([word, instead]) => `"${word}" is to be called ${instead}, which is no term`),
    ...all.filter(way => refused.has(way)).map(way => `"${way}" is a term and refused`),
  ]
}
