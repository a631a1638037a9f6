/** Who is signed in, as the token says. The functions check it; the page only reads it. */
export type Session = {
  readonly token: string
  readonly subject: string
  readonly scopes: ReadonlySet<string>
  readonly expiresAt: Date | undefined
}

export type Scope = 'transactions:write' | 'accounts:write' | 'read' | 'ops' | 'all'

/** Reads a token; undefined for what is none. */
export function readSession(token: string): Session | undefined {
  const claims = readClaims(token)
  if (typeof claims?.['sub'] !== 'string') return undefined
  const { sub, scope, exp } = claims
  return {
    token,
    subject: sub,
    scopes: new Set(typeof scope === 'string' ? scope.split(' ').filter(word => word !== '') : []),
    expiresAt: typeof exp === 'number' ? new Date(exp * 1000) : undefined,
  }
}

export function may(session: Session, scope: Scope): boolean {
  return session.scopes.has(scope)
}

export function hasEnded({ expiresAt }: Session, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

/** The token that an address brings, as `npm start` prints it; undefined where there is none. */
export function tokenInAddress(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? undefined
}

function readClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload = '', signature] = token.split('.')
  if (signature === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), char =>
      char.charCodeAt(0),
    )
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
