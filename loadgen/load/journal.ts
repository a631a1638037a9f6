/** What is known of a transfer, as bits: its decision may be heard of before its answer. */
const SENT = 1
const ACCEPTED = 2
/** The service says that nothing was done. */
const DENIED = 4
const COMPLETED = 8
const FAILED = 16
const DECIDED = COMPLETED | FAILED

export type Decision = 'COMPLETED' | 'FAILED'

/** What became of each transfer of a run: a byte a transfer, and eight for when it was meant to be sent. */
export class Journal {
  /** In a request, unless another number is said when it is sent. */
  readonly orders: number
  #states = new Uint8Array(1 << 16)
  #intendedMs = new Float64Array(1 << 16)
  #sent = 0
  #accepted = 0
  #undecided = 0
  #decided = 0

  constructor(orders: number) {
    this.orders = orders
  }

  get sent(): number {
    return this.#sent
  }
  get accepted(): number {
    return this.#accepted
  }
  get decided(): number {
    return this.#decided
  }
  /** Accepted, and not known to be decided. */
  get undecided(): number {
    return this.#undecided
  }

  /** A request is sent that was meant for this moment; answers the number of its first transfer. */
  send(intendedMs: number, count = this.orders): number {
    const first = this.#sent
    this.#sent += count
    if (this.#sent > this.#states.length) {
      this.#states = grown(this.#states, Uint8Array)
      this.#intendedMs = grown(this.#intendedMs, Float64Array)
    }
    this.#states.fill(SENT, first, this.#sent)
    this.#intendedMs.fill(intendedMs, first, this.#sent)
    return first
  }

  intendedMsOf(index: number): number {
    return this.#intendedMs[index] ?? Number.NaN
  }

  accept(index: number): void {
    const state = this.#states[index] ?? 0
    this.#states[index] = state | ACCEPTED
    if ((state & ACCEPTED) !== 0) return
    this.#accepted += 1
    if ((state & DECIDED) === 0) this.#undecided += 1
  }

  deny(index: number): void {
    this.#states[index] = (this.#states[index] ?? 0) | DENIED
  }

  /** Answers whether that is news. What is decided has been accepted, whatever was answered. */
  decide(index: number, decision: Decision): boolean {
    const state = this.#states[index] ?? 0
    if ((state & SENT) === 0 || (state & DECIDED) !== 0) return false
    this.#states[index] = state | (decision === 'COMPLETED' ? COMPLETED : FAILED)
    this.#decided += 1
    if ((state & ACCEPTED) !== 0) this.#undecided -= 1
    return true
  }

  isAccepted(index: number): boolean {
    return ((this.#states[index] ?? 0) & ACCEPTED) !== 0
  }

  decisionOf(index: number): Decision | undefined {
    const state = this.#states[index] ?? 0
    if ((state & DECIDED) === 0) return undefined
    return (state & COMPLETED) === 0 ? 'FAILED' : 'COMPLETED'
  }

  /** Decided, though the service had said that nothing was done. */
  isDecidedThoughDenied(index: number): boolean {
    const state = this.#states[index] ?? 0
    return (state & DENIED) !== 0 && (state & DECIDED) !== 0
  }

  /** Those of which nobody has said whether they are in. */
  *unknown(): Generator<number> {
    for (let index = 0; index < this.sent; index += 1) if (this.#states[index] === SENT) yield index
  }

  /** Those that are accepted, and not known to be decided. */
  *waiting(): Generator<number> {
    for (let index = 0; index < this.sent; index += 1)
      if (this.#states[index] === (SENT | ACCEPTED)) yield index
  }
}

function grown<T extends Uint8Array | Float64Array>(array: T, Kind: new (length: number) => T): T {
  const larger = new Kind(array.length * 2)
  larger.set(array)
  return larger
}
