import { ExpectedError } from '../command/expected-error.ts'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import { openHttpClient } from '../service/http-client.ts'

/** A request as it is sent, made before the clock starts. */
export type Prepared = { readonly method: string; readonly path: string; readonly body?: string }

export type Sending = {
  readonly url: string
  readonly token: string
  readonly connections: number
  readonly interrupted: AbortSignal
  /** Says what is wrong with an answer, if anything is. */
  readonly findFault: (status: number, body: string) => string | undefined
}

/** Sends requests over so many connections, each as soon as the one before it is answered. */
export async function sendAll(requests: readonly Prepared[], sending: Sending): Promise<void> {
  const { url, token, connections, interrupted, findFault } = sending
  const client = openHttpClient(url, token)
  const send = ({ method, path, body }: Prepared) =>
    new Promise<void>((resolve, reject) => {
      client.send(method, path, body, (status, text) => {
        const fault = status === 0 ? text : findFault(status, text)
        if (fault === undefined) resolve()
        else reject(new ExpectedError(`${method} ${path} → ${status}: ${fault}`))
      })
    })
  try {
    await forEachAtMost(connections, requests, async request => {
      interrupted.throwIfAborted()
      await send(request)
    })
  } finally {
    client.close()
  }
}
