/** What was measured: rows, in the order they were first seen, with every contender's values of all rounds. */
export class Figures {
  readonly #rows = new Map<string, Map<string, number[]>>()

  add(row: string, contender: string, value: number): void {
    const values = this.#rows.get(row) ?? new Map<string, number[]>()
    this.#rows.set(row, values)
    values.set(contender, [...(values.get(contender) ?? []), value])
  }

  get rows(): readonly string[] {
    return [...this.#rows.keys()]
  }

  values(row: string, contender: string): readonly number[] {
    return this.#rows.get(row)?.get(contender) ?? []
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  return (lower + upper) / 2
}

/** The value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}
