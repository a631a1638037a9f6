/** What a token may allow. `all` comes beside another one: see `Caller`. */
export const SCOPES = ['transactions:write', 'accounts:write', 'read', 'ops'] as const

export type Scope = (typeof SCOPES)[number]

/** Who calls, as the token says. */
export type Caller = {
  /** The token's `sub`. */
  readonly id: string
  readonly scopes: ReadonlySet<string>
}

/** A caller with this scope acts on every account; any other on the accounts of its own users alone. */
const EVERY_ACCOUNT = 'all'

export function mayUseEveryAccount({ scopes }: Caller): boolean {
  return scopes.has(EVERY_ACCOUNT)
}
