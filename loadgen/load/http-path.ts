import type { HttpClient } from '../service/http-client.ts'
import type { Outcome, Path } from './path.ts'
import type { Transfers } from './transfers.ts'

const ACCEPTED = '"outcome":"accepted"'
/** With these codes the service has done nothing, beside every 4xx. */
const NOTHING_DONE: ReadonlySet<string> = new Set(['overloaded'])

/** Sends over HTTP: one transfer to `process`, more to `batch`. The client is closed by who opened it. */
export function httpPath(client: HttpClient, transfers: Transfers): Path {
  return {
    send: (first, count, onOutcome) => {
      const onReply = (status: number, text: string) => onOutcome(outcomeOf(status, text, count))
      if (count === 1) {
        client.send('POST', '/api/v1/transactions/process', transfers.json(first), onReply)
      } else {
        const body = `{"transactions":${transfers.jsonArray(first, count)}}`
        client.send('POST', '/api/v1/transactions/batch', body, onReply)
      }
    },
    close: async () => undefined,
  }
}

/** Reads no more of an answer than it must: where all were accepted, counting says so. */
function outcomeOf(status: number, text: string, count: number): Outcome {
  if (status === 200 || status === 202) {
    if (count === 1 || countOf(text, ACCEPTED) === count) return { kind: 'accepted' }
    const { results } = JSON.parse(text) as { results: { outcome: string; code?: string }[] }
    return { kind: 'parts', codes: results.map(({ outcome, code }) => codeOfPart(outcome, code)) }
  }
  const code = status === 0 ? text : codeOf(status, text)
  const isDenied = (status >= 400 && status < 500) || NOTHING_DONE.has(code)
  return { kind: isDenied ? 'denied' : 'unknown', code }
}

function codeOfPart(outcome: string, code: string | undefined): string | undefined {
  return outcome === 'accepted' || outcome === 'duplicate' ? undefined : (code ?? outcome)
}

function codeOf(status: number, text: string): string {
  const code = /"code":"(\w+)"/.exec(text)?.[1]
  return code ?? `status ${status}`
}

function countOf(text: string, part: string): number {
  let count = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1
  return count
}
