import { once } from 'node:events'
import { type IncomingMessage, request as openRequest } from 'node:http'
import { createInterface } from 'node:readline'
import { ExpectedError } from '../command/expected-error.ts'
import { requestHeaders } from '../service/service-client.ts'

/** A balance as a stream told it, and when that was, in milliseconds of this machine's clock. */
type SeenBalance = { readonly version: number; readonly asOfMs: number; readonly seenMs: number }

export type BalanceEvents = {
  /** The newest balance, once it is of at least this version; throws ExpectedError if the stream ends before. */
  seen(version: number): Promise<SeenBalance>
  close(): void
}

/** Follows the balance of an account over its stream. */
export async function followBalance(
  { url, token }: { readonly url: string; readonly token: string },
  accountId: string,
): Promise<BalanceEvents> {
  const path = `/api/v1/accounts/${accountId}/balance/stream`
  const request = openRequest(new URL(path, url), { headers: requestHeaders(token) }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new ExpectedError(`${path}: ${response.statusCode}`)
  let newest: SeenBalance | undefined
  let hasEnded = false
  let wake = (): void => undefined
  const end = () => {
    hasEnded = true
    wake()
  }
  const lines = createInterface(response)
  lines.on('line', line => {
    if (!line.startsWith('data: ')) return
    const { version, asOf } = JSON.parse(line.slice('data: '.length)) as { version: number; asOf: string }
    newest = { version, asOfMs: Date.parse(asOf), seenMs: Date.now() }
    wake()
  })
  lines.on('close', end).on('error', end)
  return {
    seen: async version => {
      while (newest === undefined || newest.version < version) {
        if (hasEnded) throw new ExpectedError(`${path} ended before version ${version}`)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return newest
    },
    close: () => request.destroy(),
  }
}
