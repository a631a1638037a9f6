import { percentile } from '../figures/figures.ts'
import { table } from '../figures/table.ts'

/** One start of one function, in milliseconds. */
export type Start = {
  readonly name: string
  /** Where its files were. */
  readonly tree: string
  readonly ready: number
  readonly loaded: number
  readonly cpu: number | undefined
}

/** A Markdown table: for each function and tree, how long it took. */
export function startsTable(starts: readonly Start[]): string[] {
  const headings = ['function', 'from', 'ready p50', 'ready max', 'all loaded p50', 'processor p50']
  const groups = Map.groupBy(starts, ({ name, tree }) => `${name} ${tree}`)
  const lines = [...groups.values()].map(group => {
    const ready = group.map(start => start.ready)
    const cpu = group.flatMap(start => start.cpu ?? [])
    const figures = [
      percentile(ready, 50),
      Math.max(...ready),
      percentile(
        group.map(start => start.loaded),
        50,
      ),
      percentile(cpu, 50),
    ]
    const cells = figures.map(value => (Number.isNaN(value) ? 'unknown' : String(Math.round(value))))
    return [group[0]?.name ?? '', group[0]?.tree ?? '', ...cells]
  })
  return table(headings, lines, 2)
}

/** The functions of which half of the starts from this tree took longer. */
export function slowFunctions(starts: readonly Start[], tree: string, milliseconds: number): string[] {
  const groups = Map.groupBy(
    starts.filter(start => start.tree === tree),
    ({ name }) => name,
  )
  return [...groups].flatMap(([name, group]) => {
    const p50 = percentile(
      group.map(({ ready }) => ready),
      50,
    )
    return p50 <= milliseconds ? [] : [name]
  })
}
