import { once } from 'node:events'
import { Agent, type IncomingMessage, request as openRequest } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { Exchange } from '../contract/find-deviations.ts'
import { isStream } from '../contract/under-contract.ts'
import type { FuzzRequest } from './fuzz-request.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Sends a request as it is: `fetch` would tidy its path, and refuse some of its methods and bodies. */
export async function sendRaw(url: string, request: FuzzRequest): Promise<Exchange> {
  const { functionName, method, path, headers, body } = request
  const { hostname, port } = new URL(url)
  const sent = openRequest({ agent, hostname, port, method, path, headers, setHost: true })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  // What is too large is refused before it has been sent whole; then writing fails, and the answer is there.
  sent.on('error', () => undefined)
  sent.end(body)
  const [answer] = await answered
  const { statusCode: status = 0, headers: answerHeaders } = answer
  const entries = Object.entries(answerHeaders).map(
    ([name, value]) => [name, String(value)] as [string, string],
  )
  const received = new Headers(entries)
  // A stream would not end.
  if (isStream(received)) answer.destroy()
  const text = isStream(received) ? '' : await readText(answer)
  return { functionName, method, path, status, headers: received, text }
}

export function closeConnections(): void {
  agent.destroy()
}
