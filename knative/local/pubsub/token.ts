import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose'
import type { Clock } from './clock.ts'

const LIFETIME_SECONDS = 3_600
// A token is renewed while it is good for five more minutes: longer than a push may wait and clocks may differ.
const RENEW_BEFORE_SECONDS = 300

/** The private key of the emulator, which stands in for Google's. */
export type SigningKey = { readonly privateJwk: JWK; readonly keySet: JSONWebKeySet }

/** Signs the OIDC tokens that pushes present, with the claims Google's have. */
export interface TokenSigner {
  readonly issuer: string
  readonly keySet: JSONWebKeySet
  /** A new token. */
  token(audience: string, email: string): Promise<string>
  /** The same token until shortly before it expires: signing costs about a millisecond, a push less. */
  cachedToken(audience: string, email: string): Promise<string>
}

/** Reads a private RSA key in JWK form, or makes one. Throws when the file is not such a key. */
export async function loadSigningKey(file: string | undefined): Promise<SigningKey> {
  const privateJwk = file === undefined ? await generateKey() : parseKey(await readFile(file, 'utf8'), file)
  const { kty, n, e } = privateJwk
  const kid = privateJwk.kid ?? (await calculateJwkThumbprint(privateJwk))
  const publicJwk = { kty, n, e, kid, use: 'sig', alg: 'RS256' } as JWK
  return { privateJwk: { ...privateJwk, kid, alg: 'RS256' }, keySet: { keys: [publicJwk] } }
}

/** A signer that puts `issuer` in its tokens. */
export async function createSigner(key: SigningKey, issuer: string, clock: Clock): Promise<TokenSigner> {
  const privateKey = await importJWK(key.privateJwk, 'RS256')
  const cache = new Map<string, { token: Promise<string>; expiresAt: number }>()
  const header = { alg: 'RS256', kid: key.privateJwk.kid ?? '', typ: 'JWT' }
  const nowSeconds = () => Math.floor(clock.now() / 1_000)

  const token = (audience: string, email: string) => {
    const subject = subjectOf(email)
    return new SignJWT({ azp: subject, email, email_verified: true })
      .setProtectedHeader(header)
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(nowSeconds())
      .setExpirationTime(nowSeconds() + LIFETIME_SECONDS)
      .sign(privateKey)
  }

  const cachedToken = (audience: string, email: string) => {
    const cacheKey = JSON.stringify([audience, email])
    const known = cache.get(cacheKey)
    if (known && nowSeconds() < known.expiresAt - RENEW_BEFORE_SECONDS) return known.token
    const fresh = { token: token(audience, email), expiresAt: nowSeconds() + LIFETIME_SECONDS }
    cache.set(cacheKey, fresh)
    return fresh.token
  }

  return { issuer, keySet: key.keySet, token, cachedToken }
}

/** A stable decimal number, as the unique id of a service account is. */
function subjectOf(email: string): string {
  const digest = createHash('sha256').update(email).digest('hex')
  return `1${BigInt(`0x${digest}`).toString().slice(-20).padStart(20, '0')}`
}

async function generateKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return exportJWK(privateKey)
}

function parseKey(text: string, file: string): JWK {
  const jwk: unknown = JSON.parse(text)
  const isPrivateRsa =
    typeof jwk === 'object' && jwk !== null && 'kty' in jwk && jwk.kty === 'RSA' && 'd' in jwk && 'n' in jwk
  if (!isPrivateRsa) throw new Error(`${file} is not a private RSA key in JWK form`)
  return jwk as JWK
}
