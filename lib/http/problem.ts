import type { HttpResponse } from './message.ts'

/** Every error an HTTP caller can meet, and its status. `docs/errors.md` says what to do about each. */
export const PROBLEMS = {
  invalid_json: 400,
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  account_not_found: 404,
  transaction_not_found: 404,
  user_not_found: 404,
  dead_letter_not_found: 404,
  method_not_allowed: 405,
  account_exists: 409,
  account_not_empty: 409,
  account_closed: 409,
  overdraft_in_use: 409,
  transaction_id_reused: 409,
  batch_refused: 409,
  parent_mismatch: 422,
  user_exists: 409,
  version_not_reached: 409,
  request_timeout: 408,
  dead_letter_resolved: 409,
  dead_letter_not_replayable: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** What is wrong with one field; the field is named as the caller wrote it, such as `transactions[3].amount`. */
export type FieldError = { readonly field: string; readonly message: string }

/** Long enough for a queue to shrink, short enough not to stand idle. */
const OVERLOAD_SECONDS = 5

type Details = {
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers an error as `application/problem+json` (RFC 9457), with `message` beside it as the contract has it. */
export function problem(code: ProblemCode, message: string, details: Details = {}): HttpResponse {
  const status = PROBLEMS[code]
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...details.headers },
    body: {
      type: `/errors#${code}`,
      title: code.replaceAll('_', ' '),
      status,
      code,
      message,
      ...errors(details),
    },
  }
}

function errors({ errors: fields }: Details): { errors?: readonly FieldError[] } {
  return fields === undefined ? {} : { errors: fields }
}

/** Bad input: each wrong field with what it should be. */
export function invalidRequest(fieldErrors: readonly FieldError[]): HttpResponse {
  return problem('invalid_request', sayErrors(fieldErrors), { errors: fieldErrors })
}

/** All that is wrong, in one line. */
export function sayErrors(fieldErrors: readonly FieldError[]): string {
  return fieldErrors.map(({ field, message }) => `${field} ${message}`).join('; ')
}

/** More is waiting than is finished: nothing of this request was done. */
export function overloaded(): HttpResponse {
  const headers = { 'retry-after': String(OVERLOAD_SECONDS) }
  return problem('overloaded', 'Too much is waiting to be finished; send the same request again later.', {
    headers,
  })
}

/** The service cannot do it now, and nothing is known to have been done: the same request may be sent again. */
export function unavailable(message: string, retryAfterSeconds = 1): HttpResponse {
  return problem('unavailable', message, { headers: { 'retry-after': String(retryAfterSeconds) } })
}
