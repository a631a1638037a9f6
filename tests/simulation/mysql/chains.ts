import type { Session } from './session.ts'
import type { Tables } from './tables.ts'

/** The last link of each group that has one, as far as it is committed. */
export async function findHeads(
  { chain_links: links }: Tables,
  session: Session,
  [groups]: readonly unknown[],
): Promise<unknown> {
  const own = session.scan(links).filter(link => (groups as unknown[]).includes(link['ordering_group']))
  const last = [...Map.groupBy(own, link => link['ordering_group']).values()].flatMap(chain =>
    chain.toSorted((one, other) => Number(one['number']) - Number(other['number'])).slice(-1),
  )
  return [last.map(({ ordering_group, number, hash }) => ({ ordering_group, number: String(number), hash }))]
}
