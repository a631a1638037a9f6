import { setInterval } from 'node:timers/promises'
import type { Service } from '../client/find-service.ts'
import { draw } from '../random/draw.ts'
import type { Subjects } from './subjects.ts'

const TICK_MILLISECONDS = 100
/** A payment that nobody has the money for, one in so many. */
const REFUSED_EACH = 40

export type TrafficSettings = {
  readonly service: Service
  readonly subjects: Subjects
  readonly run: string
  readonly seed: number
}

/** Sends transfers as a day's business would, more and fewer by turns, and reads them again; until it is told to end. */
export async function makeTraffic(settings: TrafficSettings, ended: AbortSignal): Promise<void> {
  const open = new Set<Promise<unknown>>()
  const track = (work: Promise<unknown>) => {
    open.add(work)
    void work.finally(() => open.delete(work))
  }
  let sent = 0
  let owed = 0
  try {
    for await (const _ of setInterval(TICK_MILLISECONDS, undefined, { signal: ended })) {
      owed += (perSecond(sent, settings.seed) * TICK_MILLISECONDS) / 1000
      for (; owed >= 1; owed -= 1) track(sendOne(settings, sent++))
    }
  } catch (error) {
    if (!ended.aborted) throw error
  } finally {
    await Promise.all(open)
  }
}

/** Two waves, a long and a short one, and some chance. */
function perSecond(sent: number, seed: number): number {
  const wave = Math.sin(sent / 260) * 9 + Math.sin(sent / 55) * 4
  return Math.max(4, 22 + wave + (draw(seed, sent, 1) - 0.5) * 10)
}

async function sendOne({ service, subjects, run, seed }: TrafficSettings, index: number): Promise<void> {
  const { shop, customers } = subjects
  const pick = (purpose: number) =>
    customers[Math.floor(draw(seed, index, purpose) * customers.length)] ?? shop
  const isRefused = index % REFUSED_EACH === REFUSED_EACH - 1
  const cents = 150 + Math.floor(draw(seed, index, 4) * 4_000)
  const transactionId = `sale-${run}-${index}`
  const headers = { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' }
  const ask = async (path: string, init: RequestInit = {}) => {
    // An answer that does not come is seen on the page, and is no reason to end.
    await fetch(new URL(path, service.url), { headers, ...init })
      .then(response => response.text())
      .catch(() => undefined)
  }
  const amount = isRefused ? '99999.00' : `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
  const body = JSON.stringify({ transactionId, sourceAccountId: pick(2), destinationAccountId: shop, amount })
  await ask('/api/v1/transactions/process', { method: 'POST', body })
  // Whoever asks for a status does so a little later, when most are decided.
  await ask(`/api/v1/transactions/sale-${run}-${Math.max(0, index - 30)}/status`)
  if (index % 3 === 0) await ask(`/api/v1/accounts/${pick(3)}/balance`)
}
