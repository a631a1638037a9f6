import { findFaults } from './contract/description.ts'
import { parseExactly } from './contract/exact-json.ts'
import { presentedAt } from './pipeline.ts'

type StreamEvent = {
  readonly version: number
  readonly data: Readonly<Record<string, unknown>>
  readonly text: string
}

/** A stream of balances, read like an `EventSource` reads it. */
export type OpenStream = {
  readonly status: number
  readonly headers: Headers
  /** The next block as it came: an event, a comment or the pause before the next attempt; undefined at the end. */
  nextBlock(): Promise<string | undefined>
  /** The next event; comments are passed over. Throws if it is not as it is described, or the version has not risen. */
  nextEvent(): Promise<StreamEvent>
  /** Reads on to the event of a version, whatever data it has; throws if the stream ends before. */
  passTo(version: number): Promise<void>
  /** What is left until the end. */
  rest(): Promise<string[]>
  leave(): Promise<void>
}

const EVENT = /^id: (\d+)\nevent: balance\ndata: (.+)$/

/** Opens the stream of an account at a function or at the public address. Its status and headers are under contract. */
export async function openStream(
  url: string,
  accountId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenStream> {
  const leaving = new AbortController()
  const path = `/api/v1/accounts/${accountId}/balance/stream`
  const response = await fetch(`${url}${path}`, {
    headers: { ...presentedAt(url), ...headers },
    signal: leaving.signal,
  })
  if (response.body === null) throw new Error('a stream without a body')
  // Taken hold of at once: a body that nobody has begun to read is cancelled when its response is garbage.
  const blocks = readBlocks(response.body.pipeThrough(new TextDecoderStream()))
  const nextBlock = async () => {
    const { value } = await blocks.next()
    return value ?? undefined
  }
  return {
    status: response.status,
    headers: response.headers,
    nextBlock,
    nextEvent: eventReader(nextBlock),
    passTo: async version => {
      for (;;) {
        const block = await nextBlock()
        if (block === undefined) throw new Error(`the stream ended before version ${version}`)
        if (block.startsWith(`id: ${version}\n`)) return
      }
    },
    rest: () => Array.fromAsync(blocks),
    leave: async () => {
      leaving.abort()
      await blocks.return(undefined).catch(() => undefined)
    },
  }
}

async function* readBlocks(texts: ReadableStream<string>): AsyncGenerator<string, undefined> {
  let text = ''
  for await (const chunk of texts) {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop() ?? ''
    yield* blocks
  }
  if (text !== '') throw new Error(`the stream ended amid ${text}`)
}

function eventReader(nextBlock: () => Promise<string | undefined>): () => Promise<StreamEvent> {
  let last = -1
  return async () => {
    let block = await nextBlock()
    while (block?.startsWith(':') || block?.startsWith('retry:')) block = await nextBlock()
    const [, id = '', text = ''] = EVENT.exec(block ?? '') ?? []
    if (text === '') throw new Error(`no event, but ${block ?? 'the end'}`)
    const data = parseExactly(text) as Record<string, unknown>
    const faults = findFaults({ $ref: '#/components/schemas/StreamedBalance' }, data)
    const version = Number(id)
    if (data['version'] !== version) faults.push(`/version: is not the id ${id}`)
    if (version <= last) faults.push(`/version: is not above ${last}`)
    if (faults.length > 0)
      throw new Error(`an event that is not as it is described: ${faults.join('; ')} in ${block}`)
    last = version
    return { version, data, text }
  }
}
