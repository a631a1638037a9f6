/** When each transfer was first sent, and when its acceptance was answered, by the callers' clock; NaN for never. */
export class ClientTimes {
  #sentMs = new Float64Array(1 << 16).fill(Number.NaN)
  #answeredMs = new Float64Array(1 << 16).fill(Number.NaN)

  sent(first: number, count: number, nowMs: number): void {
    while (first + count > this.#sentMs.length) {
      this.#sentMs = grown(this.#sentMs)
      this.#answeredMs = grown(this.#answeredMs)
    }
    this.#sentMs.fill(nowMs, first, first + count)
  }

  answered(first: number, count: number, nowMs: number): void {
    this.#answeredMs.fill(nowMs, first, first + count)
  }

  sentMsOf(index: number): number {
    return this.#sentMs[index] ?? Number.NaN
  }

  answeredMsOf(index: number): number {
    return this.#answeredMs[index] ?? Number.NaN
  }
}

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2).fill(Number.NaN)
  larger.set(array)
  return larger
}
