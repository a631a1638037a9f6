import { until } from '../until.ts'
import type { Console } from './open-console.ts'

export type Letter = { readonly deadLetterId: number; readonly state: string; readonly detail: string }

/** Publishes an event that cannot be accepted, and answers what is kept of it, once it is. */
export async function makeDeadLetter(desk: Console, event: string): Promise<Letter> {
  const known = new Set((await list(desk)).map(({ deadLetterId }) => deadLetterId))
  const found: Letter[] = []
  await desk.publish(event)
  await until(`${event} is a dead letter`, async () => {
    found.push(...(await list(desk)).filter(({ deadLetterId }) => !known.has(deadLetterId)))
    return found.length > 0
  })
  const [letter] = found
  if (letter === undefined) throw new Error('there is no letter')
  return letter
}

export async function readLetter(desk: Console, id: number): Promise<Record<string, unknown>> {
  return (await desk.call('GET', `/api/v1/dead-letters/${id}`)).body
}

async function list(desk: Console): Promise<readonly Letter[]> {
  const { body } = await desk.call('GET', '/api/v1/dead-letters?limit=100')
  return body['deadLetters'] as readonly Letter[]
}
