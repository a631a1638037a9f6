const CHUNK = 8192

/** A set of `seq`s, a bit each, in chunks that are read and written by themselves. */
export class SeqSet {
  readonly #chunks: Map<number, Buffer>
  readonly #changed = new Set<number>()

  constructor(chunks: ReadonlyMap<number, Buffer>) {
    this.#chunks = new Map(chunks)
  }

  /** Those that some `seq`s are in. */
  static chunksOf(seqs: readonly number[]): number[] {
    return [...new Set(seqs.map(seq => Math.floor(seq / CHUNK)))]
  }

  has(seq: number): boolean {
    const byte = this.#chunks.get(Math.floor(seq / CHUNK))?.[Math.floor((seq % CHUNK) / 8)] ?? 0
    return (byte & (1 << (seq % 8))) !== 0
  }

  add(seq: number): void {
    const chunk = Math.floor(seq / CHUNK)
    const bits = this.#chunks.get(chunk) ?? Buffer.alloc(CHUNK / 8)
    const place = Math.floor((seq % CHUNK) / 8)
    bits[place] = (bits[place] ?? 0) | (1 << (seq % 8))
    this.#chunks.set(chunk, bits)
    this.#changed.add(chunk)
  }

  get changed(): ReadonlyMap<number, Buffer> {
    return new Map([...this.#chunks].filter(([chunk]) => this.#changed.has(chunk)))
  }
}
