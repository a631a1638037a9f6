import { type Answer, type Pipeline, send } from './pipeline.ts'

/** Pushes a doorbell to the worker by hand, as Pub/Sub does; with a token of before if Pub/Sub is away. */
export async function pushBell(pipeline: Pipeline, doorbell: object, token?: string): Promise<Answer> {
  const data = Buffer.from(JSON.stringify(doorbell)).toString('base64')
  const bearer = token ?? (await pipeline.token('settle-worker'))
  const envelope = { message: { data, messageId: '1' }, subscription: 's' }
  return await send('POST', pipeline.urls.get('worker') ?? '', envelope, {
    authorization: `Bearer ${bearer}`,
  })
}
