import type { Service } from '../client/find-service.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { Producer } from '../service/producer.ts'

/** What the pictures are of. Ids carry the run, so that each run has its own. */
export type Subjects = {
  readonly shop: string
  readonly customers: readonly string[]
  /** One transaction to be shown whole. */
  readonly order: string
  readonly deadLetterId: number
}

const CUSTOMERS = ['maria', 'jonas', 'aiko', 'samuel', 'priya', 'lars', 'chloe', 'mateo']

/** Opens the accounts, and makes a transaction, a hold and dead letters to be looked at. */
export async function makeSubjects(service: Service, producer: Producer, run: string): Promise<Subjects> {
  const shop = `harbour-coffee-${run}`
  const customers = CUSTOMERS.map(name => `${name}-${run}`)
  const [buyer = ''] = customers
  await open(service, shop, '500.00')
  for (const customer of customers) await open(service, customer, '25000.00')
  const order = `order-${run}`
  await post(service, '/api/v1/transactions/process', {
    ...{ transactionId: order, sourceAccountId: buyer, destinationAccountId: shop, amount: '42.75' },
    metadata: { invoice: `INV-2026-${run}`, items: [{ sku: 'espresso-beans-1kg', quantity: 2 }], tip: 3.25 },
  })
  await post(service, '/api/v1/transactions/process', {
    ...{ transactionId: `deposit-${run}`, type: 'hold', amount: '120.00' },
    ...{ sourceAccountId: shop, destinationAccountId: buyer },
  })
  await publishFaulty(producer, buyer, shop, run)
  return { shop, customers, order, deadLetterId: await findLetter(service, run) }
}

async function open(service: Service, accountId: string, openingBalance: string): Promise<void> {
  await post(service, '/api/v1/accounts', { accountId, currency: 'USD', openingBalance })
}

/** Events that cannot be accepted, each for another reason. */
async function publishFaulty(producer: Producer, from: string, to: string, run: string): Promise<void> {
  const transfer = { sourceAccountId: from, destinationAccountId: to }
  await producer.publish(
    JSON.stringify({ transactionId: `till-7-${run}`, ...transfer, amount: '12.345678' }),
    '',
  )
  await producer.publish(`{"transactionId": "till-8-${run}", "amount": `, '')
  const capture = { transactionId: captureOf(run), type: 'capture', parentTransactionId: `hold-${run}` }
  await producer.publish(JSON.stringify({ ...capture, amount: '18.50', metadata: { till: 7 } }), '')
}

const captureOf = (run: string): string => `capture-${run}`

async function findLetter(service: Service, run: string): Promise<number> {
  const url = new URL(`/api/v1/dead-letters?reason=unknown_parent&limit=1`, service.url)
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${service.token}` } })
    const { deadLetters } = (await response.json()) as {
      deadLetters: { deadLetterId: number; transactionId?: string }[]
    }
    const letter = deadLetters.find(({ transactionId }) => transactionId === captureOf(run))
    if (letter !== undefined) return letter.deadLetterId
  }
  throw new ExpectedError(
    'What was published has not become a dead letter: is Pub/Sub the one of this stack?',
  )
}

async function post(service: Service, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, service.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new ExpectedError(`${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}
