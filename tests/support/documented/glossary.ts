/** A row of the glossary: the ways to write one word, and the line it is in. */
export type Term = { readonly ways: readonly string[]; readonly meaning: string; readonly line: number }

export type Glossary = {
  readonly terms: readonly Term[]
  /** What is not said, and the term that is said for it. */
  readonly refused: ReadonlyMap<string, string>
}

const HEADS = ['word', 'not']

export function readGlossary(text: string): Glossary {
  const [said = '', notSaid = ''] = text.split(/^## Not these$/m)
  const rows = (part: string) =>
    part.split('\n').flatMap((row, index) => {
      const [, first = '', second = ''] = /^\| ([^|]+) \| ([^|]+) \|$/.exec(row) ?? []
      const ways = first.replaceAll('`', '').split(', ')
      return first === '' || HEADS.includes(first) ? [] : [{ ways, meaning: second, line: index + 1 }]
    })
  return {
    terms: rows(said),
    refused: new Map(rows(notSaid).flatMap(({ ways, meaning }) => ways.map(way => [way, meaning] as const))),
  }
}

/** Forms that no rule gives. */
const FORMS: Readonly<Record<string, string>> = {
  refused: 'refusal',
  replayable: 'replay',
  resolved: 'resolution',
  rung: 'ring',
  told: 'tell',
  untold: 'tell',
  verified: 'verification',
  verify: 'verification',
  expired: 'expiry',
  expire: 'expiry',
  expires: 'expiry',
}

/** The parts of a name: `decidedAt`, `decided_at` and `decided-at` have two. */
export const partsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(part => part !== '')

/** What a part may be a form of: itself, one of many, or what was or is done. */
export function formsOf(part: string): string[] {
  const bare = part.replace(/(?:ed|ing)$/, '')
  const one = part.replace(/s$/, '')
  return [
    ...[part, one, part.replace(/es$/, ''), part.replace(/ies$/, 'y'), part.replace(/d$/, '')],
    ...[bare, `${bare}e`, bare.replace(/(.)\1$/, '$1'), part.replace(/ied$/, 'y'), part.replace(/er$/, '')],
    ...(FORMS[part] === undefined ? [] : [FORMS[part]]),
  ]
}
