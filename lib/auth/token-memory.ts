import type { JWTPayload } from 'jose'

/** Callers send the same token with every request, and to check its signature costs more than most of those. */
const MOST = 1000
/** A key that its issuer withdraws must not go on for long. */
const MILLISECONDS = 60_000

type Known = { readonly payload: JWTPayload; readonly until: number }

/** Remembers what good tokens said, each for a minute at most and never past its expiry. */
export class TokenMemory {
  readonly #known = new Map<string, Known>()

  read(token: string, now: Date): JWTPayload | undefined {
    const known = this.#known.get(token)
    return known !== undefined && now.getTime() < known.until ? known.payload : undefined
  }

  write(token: string, payload: JWTPayload, now: Date): void {
    const expiry = (payload.exp ?? 0) * 1000
    this.#known.delete(token)
    // The oldest goes: a Map keeps the order of its entries.
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < MOST) break
      this.#known.delete(oldest)
    }
    this.#known.set(token, { payload, until: Math.min(expiry, now.getTime() + MILLISECONDS) })
  }
}
