import type { HttpRequest } from './message.ts'
import type { FieldError } from './problem.ts'

const KEY = /^[\x21-\x7e]{1,255}$/

/** Reads the key by which a caller can send a request again, where we make the id: undefined without one. */
export function readIdempotencyKey({
  headers,
}: Pick<HttpRequest, 'headers'>):
  | { readonly key: string | undefined }
  | { readonly errors: readonly FieldError[] } {
  const key = headers['idempotency-key']
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return { key }
  return { errors: [{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }] }
}
