import { readWiring } from '../../knative/local/wiring.ts'
import { formatMoney } from '../../lib/ledger/money.ts'
import type { BenchStack } from './bench-stack.ts'
import { CURRENCY } from './database.ts'
import type { Prepared } from './send-all.ts'
import type { Workload } from './workload.ts'

const ORDERS = 20
/** Read again and again, so that they are in the cache. */
const ACCOUNTS_READ = 100

/** The request path of a function: what is sent to one instance of it, without the gateway. */
export type RequestPath = {
  readonly name: string
  readonly instance: string
  readonly requests: readonly Prepared[]
  /** Pub/Sub's or the scheduler's, where it is not the caller's. */
  readonly token?: string
  readonly connections?: number
}

/** What the functions are asked most, as many requests each as the workload has transfers, or fewer where each is more work. */
export async function requestPaths(stack: BenchStack, workload: Workload): Promise<RequestPath[]> {
  return [...readPaths(workload), ...(await emptyPaths(stack, workload)), ...writePaths(workload)]
}

function readPaths({ accountIds, warmUp, transfers }: Workload): RequestPath[] {
  const get = (instance: string, name: string, path: (index: number) => string): RequestPath => ({
    ...{ instance, name: `${instance}: GET ${name}` },
    requests: transfers.map((_, index) => ({ method: 'GET', path: path(index) })),
  })
  const known = (index: number) => warmUp[index % warmUp.length]?.transactionId
  const account = (index: number) => accountIds[index % Math.min(ACCOUNTS_READ, accountIds.length)]
  return [
    get('status', '/healthz', () => '/healthz'),
    get('status', 'status of a transaction', index => `/api/v1/transactions/${known(index)}/status`),
    get('status', 'balance', index => `/api/v1/accounts/${account(index)}/balance`),
    get('accounts', 'account', index => `/api/v1/accounts/${account(index)}`),
    get('dead-letter', 'dead letters', () => '/api/v1/dead-letters'),
  ]
}

/** A push of a bell that has been answered before, and a sweep: most find nothing to do. */
async function emptyPaths({ pubsub }: BenchStack, { transfers }: Workload): Promise<RequestPath[]> {
  const data = Buffer.from(JSON.stringify({ group: 0, lastSeq: 1, transactions: [] })).toString('base64')
  const pushes = transfers.map((_, index) => ({ message: { messageId: `bench-${index}`, data } }))
  const few = transfers.slice(0, Math.ceil(transfers.length / 10)).map(() => ({}))
  const sweep = readWiring().schedules.find(rule => rule.function === 'sweeper')?.path ?? '/'
  return [
    {
      ...{ instance: 'worker', name: 'worker: POST push that finds nothing' },
      ...{ token: await pubsub.token('settle-worker'), requests: posts('/', pushes) },
    },
    {
      ...{
        instance: 'sweeper',
        name: 'sweeper: POST sweep that finds nothing, one at a time',
        connections: 1,
      },
      ...{ token: await pubsub.token('settle-sweeper'), requests: posts(sweep, few) },
    },
  ]
}

function writePaths({ transfers }: Workload): RequestPath[] {
  const orders = transfers.map(({ amount, ...transfer }) => ({
    ...transfer,
    ...{ amount: formatMoney(amount), currency: CURRENCY },
  }))
  const half = Math.ceil(orders.length / 2)
  const batches = Array.from({ length: Math.floor((orders.length - half) / ORDERS) }, (_, index) => {
    const first = half + index * ORDERS
    return { transactions: orders.slice(first, first + ORDERS) }
  })
  const path = (name: string) => `/api/v1/transactions/${name}`
  return [
    {
      instance: 'ingest',
      name: 'ingest: POST process',
      requests: posts(path('process'), orders.slice(0, half)),
    },
    { instance: 'ingest', name: `ingest: POST batch of ${ORDERS}`, requests: posts(path('batch'), batches) },
  ]
}

function posts(path: string, bodies: readonly object[]): Prepared[] {
  return bodies.map(body => ({ method: 'POST', path, body: JSON.stringify(body) }))
}
