import { X509Certificate } from 'node:crypto'
import type { Fault, Variable } from './parse-config.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/**
 * Certificates as PEM text, one behind another, each in a text of its own; none when the variable is not set. A fault says which one is none:
 * half a CA would show as a connection that cannot be had, long after the start.
 */
export function certificates(name: string, about: string): Variable<readonly string[]> {
  return { name, about, fallback: '', read: readCertificates }
}

function readCertificates(pem: string): readonly string[] | Fault {
  const blocks = pem.match(BLOCK) ?? []
  if (pem.replace(BLOCK, '').trim() !== '') {
    return {
      fault:
        'must be certificates in PEM, and nothing else: -----BEGIN CERTIFICATE----- … with real line ends',
    }
  }
  const broken = blocks.findIndex(block => !isCertificate(block))
  if (broken >= 0) return { fault: `is not a certificate in PEM (number ${broken + 1} of ${blocks.length})` }
  return blocks
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false
  }
}
