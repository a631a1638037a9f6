import { isDeepStrictEqual } from 'node:util'
import { parseJsonVerbatim } from '../../lib/http/json.ts'
import type { FieldError } from '../../lib/http/problem.ts'

/** What a caller keeps with a transaction, as `parseJson` reads it: JSON that is written again digit for digit. */
export type Metadata = Readonly<Record<string, unknown>>

const MAX_BYTES = 4096
/** The object itself is the first. */
const MAX_LEVELS = 8

/** Names `metadata` if it is larger, or nests deeper, than is kept. That it is an object, the schema says. */
export function checkMetadata(metadata: Metadata | undefined): FieldError[] {
  if (metadata === undefined) return []
  // First: what nests by the thousand cannot be written.
  if (!isWithin(metadata, MAX_LEVELS)) return [refusal(`must be at most ${MAX_LEVELS} levels deep`)]
  if (Buffer.byteLength(JSON.stringify(metadata)) <= MAX_BYTES) return []
  return [refusal(`must be at most ${MAX_BYTES} bytes as compact JSON`)]
}

/** Metadata as it is stored: compact, and as it was sent in everything else. */
export function writeMetadata(metadata: Metadata | undefined): string | null {
  return metadata === undefined ? null : JSON.stringify(metadata)
}

/** The same metadata again, but for the order of members? A number is as it was written: `1.10` is not `1.1`. */
export function isSameMetadata(stored: string | null, sent: string | null): boolean {
  if (stored === sent) return true
  if (stored === null || sent === null) return false
  return isDeepStrictEqual(parseJsonVerbatim(stored), parseJsonVerbatim(sent))
}

function isWithin(value: unknown, levels: number): boolean {
  // A number that is kept as it was written is an object to JavaScript alone.
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return true
  return levels > 0 && Object.values(value).every(member => isWithin(member, levels - 1))
}

function refusal(message: string): FieldError {
  return { field: 'metadata', message }
}
