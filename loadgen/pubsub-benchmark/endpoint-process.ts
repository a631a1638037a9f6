import { createServer, type ServerResponse } from 'node:http'
import { clockMs, readPayload } from './payload.ts'
import { PushRecord } from './push-record.ts'

/**
 * A push endpoint as a process of its own, so that it shares no event loop with what pushes or publishes. Its argument is
 * the port. `POST /<name>` is a push, answered after a handler's time; `GET /<name>` tells what it saw under that name.
 */
const HANDLER_MS = 5
const KEEP_ALIVE_MS = 600_000

const records = new Map<string, PushRecord>()

function recordOf(name: string): PushRecord {
  const known = records.get(name)
  if (known) return known
  const record = new PushRecord()
  records.set(name, record)
  return record
}

function handlePush(record: PushRecord, body: string, response: ServerResponse): void {
  const { message } = JSON.parse(body) as { message: { data: string } }
  const payload = readPayload(Buffer.from(message.data, 'base64').toString())
  record.arrived(payload, clockMs())
  setTimeout(() => {
    record.answered(payload, clockMs())
    response.writeHead(204).end()
  }, HANDLER_MS)
}

const server = createServer((request, response) => {
  const record = recordOf(request.url ?? '')
  if (request.method === 'GET') {
    response.end(JSON.stringify(record.summary(clockMs())))
    return
  }
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => handlePush(record, Buffer.concat(chunks).toString(), response))
})
server.keepAliveTimeout = KEEP_ALIVE_MS
server.listen(Number(process.argv[2]), '127.0.0.1')
