import { parseExact } from './parse-exact.ts'

export type FieldError = { readonly field: string; readonly message: string }

/** Anything but what was asked for. `status` is 0 where no answer came. */
export type Refusal = {
  readonly ok: false
  readonly status: number
  readonly message: string
  readonly errors: readonly FieldError[]
  readonly retryAfterSeconds: number | undefined
}

/** What a function answered: its body with money as text, and the text itself. */
export type Answer<Body> = { readonly ok: true; readonly body: Body; readonly text: string } | Refusal

/** Reads an answer that came whole. */
export function readAnswer<Body>(status: number, text: string, retryAfter: string | null): Answer<Body> {
  if (status >= 200 && status < 300) {
    try {
      return { ok: true, body: parseExact(text) as Body, text }
    } catch {
      return refuse(status, 'The answer is not JSON.')
    }
  }
  const { message, errors } = readProblem(text)
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
  return {
    ...refuse(status, message ?? `The answer was ${status}.`),
    errors: errors ?? [],
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  }
}

export function refuse(status: number, message: string): Refusal {
  return { ok: false, status, message, errors: [], retryAfterSeconds: undefined }
}

/** What is not there or not allowed will not be in a moment either; anything else may. */
export function isForGood({ status }: { readonly status: number }): boolean {
  return [401, 403, 404].includes(status)
}

/** A refusal in words for whoever reads it on the screen: what happened, then what the function said. */
export function explain({ status, message }: Refusal): { readonly title: string; readonly detail: string } {
  if (status === 0) return { title: 'No answer came', detail: message }
  if (status === 401) return { title: 'Not signed in', detail: message }
  if (status === 403) return { title: 'Your token does not allow this', detail: message }
  if (status === 404) return { title: 'Not found', detail: message }
  if (status === 409) return { title: 'Refused', detail: message }
  if (status === 429) return { title: 'Too many requests', detail: message }
  if (status === 503) return { title: 'Not available at the moment', detail: message }
  if (status >= 500) return { title: 'Something went wrong in Settle', detail: message }
  return { title: 'The request was refused', detail: message }
}

function readProblem(text: string): { message?: string; errors?: readonly FieldError[] } {
  try {
    const problem: unknown = JSON.parse(text)
    return typeof problem === 'object' && problem !== null ? problem : {}
  } catch {
    return {}
  }
}
