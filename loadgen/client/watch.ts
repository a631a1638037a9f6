import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as pause } from 'node:timers/promises'
import { ExpectedError } from '../command/expected-error.ts'
import type { ClientRequest } from './build-request.ts'
import type { Service } from './find-service.ts'
import { readAnswer, send } from './send.ts'

const AGAIN_MILLISECONDS = 1000

/** Prints a line for each balance, newest last, until it is interrupted. Goes on where it was when a stream ends. */
export async function watch(
  service: Service,
  request: ClientRequest,
  interrupted: AbortSignal,
): Promise<number> {
  let lastEventId: string | undefined
  while (!interrupted.aborted) {
    const headers = { ...request.headers, ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) }
    try {
      const response = await send(service, { ...request, headers }, interrupted)
      if (!response.ok || response.body === null) await readAnswer(response)
      else lastEventId = (await printEvents(response.body as ReadableStream)) ?? lastEventId
    } catch (error) {
      if (interrupted.aborted) break
      // A refusal, or nobody there at all the first time, is no stream that has broken off.
      if (error instanceof ExpectedError && lastEventId === undefined) throw error
    }
    await pause(AGAIN_MILLISECONDS, undefined, { signal: interrupted }).catch(() => undefined)
  }
  return 0
}

/** Prints the data of each event, and answers the id of the last (server-sent events, as the HTML standard has them). */
async function printEvents(body: ReadableStream): Promise<string | undefined> {
  let lastEventId: string | undefined
  for await (const line of createInterface(Readable.fromWeb(body))) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (field === 'id') lastEventId = value
    if (field === 'data') console.log(value)
  }
  return lastEventId
}
