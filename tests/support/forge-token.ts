import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { CALLER_AUDIENCE, CALLER_ISSUER } from '../../knative/local/caller-issuer.ts'

export type Claims = JWTPayload & { readonly scope?: string }

const now = () => Math.floor(Date.now() / 1000)

/** The claims of a good token of a caller who may do everything, and what is to differ. */
export function callerClaims(over: Claims = {}): Claims {
  const scope = 'transactions:write accounts:write read ops all'
  return { iss: CALLER_ISSUER, aud: CALLER_AUDIENCE, sub: 'eve', scope, exp: now() + 600, ...over }
}

/** Signs any claims with the very key of the issuer whose keys are in this folder. */
export async function signAsIssuer(keyFolder: string, file: string, claims: Claims): Promise<string> {
  const jwk = JSON.parse(await readFile(join(keyFolder, file), 'utf8')) as JWK
  const alg = jwk.kty === 'RSA' ? 'RS256' : 'ES256'
  return await new SignJWT(claims).setProtectedHeader({ alg }).sign(await importJWK(jwk, alg))
}

export async function signWithOtherKey(claims: Claims): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256')
  return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
}

/** Signs with the public key as if it were a secret, which a verifier that takes any algorithm would accept. */
export async function signWithPublicKey(keyFolder: string, claims: Claims): Promise<string> {
  const { d: _secret, ...publicJwk } = JSON.parse(
    await readFile(join(keyFolder, 'caller-key.json'), 'utf8'),
  ) as JWK
  const secret = new TextEncoder().encode(JSON.stringify(publicJwk))
  return await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
}

export function withoutSignature(claims: Claims): string {
  return new UnsecuredJWT(claims).encode()
}
