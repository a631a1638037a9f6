import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, as PEM. */
export type Certified = { readonly certificate: string; readonly key: string }

/** An authority of a test's own, and a server's certificate that it signed. */
export type TestAuthority = { readonly ca: string; readonly server: Certified }

/**
 * Makes an authority, and a certificate of its for a server that is called as a Cloud SQL instance is: a name that no
 * address resolves to. By Node alone, since `openssl` is not on every machine: X.509 (RFC 5280) is DER, which is a tag, a length
 * and a value.
 */
export function testAuthority(name: string): TestAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issued = { issuer: name, signer: authority.privateKey }
  const ca = certificate({ ...issued, subject: name, publicKey: authority.publicKey, isAuthority: true })
  const leaf = { ...issued, subject: 'project:instance', publicKey: server.publicKey, isAuthority: false }
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { ca, server: { certificate: certificate(leaf), key } }
}

type Request = {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly signer: KeyObject
  readonly isAuthority: boolean
}

const HOUR = 3_600_000
let serial = 0

function certificate({ subject, issuer, publicKey, signer, isAuthority }: Request): string {
  serial += 1
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(serial),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    sequence(moment(Date.now() - HOUR), moment(Date.now() + 24 * HOUR)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(isAuthority))),
  )
  const signature = sign('sha256', content, signer)
  const der = sequence(content, ECDSA_WITH_SHA256, tagged(0x03, Buffer.concat([Buffer.of(0), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function tagged(tag: number, value: Buffer): Buffer {
  const short = value.length < 0x80
  const length = short ? Buffer.of(value.length) : Buffer.of(0x82, value.length >> 8, value.length & 0xff)
  return Buffer.concat([Buffer.of(tag), length, value])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

/** A small one: its first bit is its sign. */
function integer(value: number): Buffer {
  return tagged(0x02, Buffer.of(value & 0x7f))
}

function oid(...bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes))
}

/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))

/** 2.5.4.3 */
function commonName(name: string): Buffer {
  const attribute = sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(name)))
  return sequence(tagged(0x31, attribute))
}

function moment(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}

/** 2.5.29.19, critical: whether it may sign others. */
function basicConstraints(isAuthority: boolean): Buffer {
  const yes = tagged(0x01, Buffer.of(0xff))
  return sequence(oid(0x55, 0x1d, 0x13), yes, tagged(0x04, sequence(...(isAuthority ? [yes] : []))))
}

/** Writes a server's certificate and key as files that it can be pointed to. */
export function writeCertified(directory: string, { certificate: pem, key }: Certified) {
  const files = { certificate: join(directory, 'server.pem'), key: join(directory, 'server.key') }
  writeFileSync(files.certificate, pem)
  writeFileSync(files.key, key)
  return files
}
