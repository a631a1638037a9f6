import { setTimeout as pause } from 'node:timers/promises'

/** Where the service is, and what to present there. */
export type Service = { readonly url: string; readonly token: string }

/** Says one line of what happens. */
export type Say = (line: string) => void

type Answer = { readonly status: number; readonly text: string; readonly body: Record<string, unknown> }

const FINAL_MILLISECONDS = 30_000

/**
 * Shows the main job over the public API: two accounts, a transfer accepted, PENDING, COMPLETED, the balances; the
 * same transfer again; one that cannot be paid. Answers what was not as it should be; nothing means all was.
 */
export async function runMainJob(service: Service, runId: string, say: Say): Promise<string[]> {
  const [alice, bob] = [`alice-${runId}`, `bob-${runId}`]
  const job = new MainJob(service, say)
  await job.open(alice, '100.00')
  await job.open(bob, '0.00')
  await job.transfer(`rent-${runId}`, alice, bob, '30.25', 'COMPLETED')
  await job.showBalance(alice, '69.75')
  await job.showBalance(bob, '30.25')
  say('')
  say('The same transfer once more moves nothing; one that cannot be paid fails with its reason:')
  await job.transfer(`rent-${runId}`, alice, bob, '30.25', 'COMPLETED')
  await job.transfer(`car-${runId}`, alice, bob, '5000.00', 'FAILED', 'insufficient_funds')
  await job.showBalance(alice, '69.75')
  await job.showBalance(bob, '30.25')
  return job.differences
}

class MainJob {
  readonly differences: string[] = []
  readonly #service: Service
  readonly #say: Say

  constructor(service: Service, say: Say) {
    this.#service = service
    this.#say = say
  }

  async open(accountId: string, openingBalance: string): Promise<void> {
    const answer = await this.#call('POST', '/api/v1/accounts', {
      accountId,
      currency: 'USD',
      openingBalance,
    })
    this.#expect(`opening ${accountId}`, answer.status, 201)
    const { openingTransactionId } = answer.body
    if (typeof openingTransactionId === 'string') await this.#waitUntilFinal(openingTransactionId)
    this.#say(`  POST /api/v1/accounts → ${answer.status}  ${accountId} opened with ${openingBalance} USD`)
  }

  async transfer(
    id: string,
    from: string,
    to: string,
    amount: string,
    status: string,
    reason?: string,
  ): Promise<void> {
    const request = { transactionId: id, sourceAccountId: from, destinationAccountId: to, amount }
    const posted = performance.now()
    const accepted = await this.#call('POST', '/api/v1/transactions/process', request)
    this.#say(`  POST /api/v1/transactions/process → ${accepted.status} ${accepted.text}`)
    this.#expect(`accepting ${id}`, accepted.status, 202)
    const final = await this.#waitUntilFinal(id)
    const milliseconds = Math.round(performance.now() - posted)
    this.#say(`  GET  /api/v1/transactions/${id}/status → ${final.text}  (${milliseconds} ms after the POST)`)
    this.#expect(`status of ${id}`, final.body['status'], status)
    this.#expect(`reason of ${id}`, final.body['reason'], reason)
  }

  async showBalance(accountId: string, balance: string): Promise<void> {
    const answer = await this.#call('GET', `/api/v1/accounts/${accountId}/balance`)
    this.#say(`  GET  /api/v1/accounts/${accountId}/balance → ${answer.text}`)
    // Compared as text: the digits are the promise, not a double near them.
    this.#expect(`balance of ${accountId}`, /"balance":([^,]+),/.exec(answer.text)?.[1], balance)
  }

  async #waitUntilFinal(transactionId: string): Promise<Answer> {
    const deadline = Date.now() + FINAL_MILLISECONDS
    for (;;) {
      const answer = await this.#call('GET', `/api/v1/transactions/${transactionId}/status`)
      const { status } = answer.body
      if (status === 'COMPLETED' || status === 'FAILED' || Date.now() > deadline) return answer
      await pause(5)
    }
  }

  async #call(method: string, path: string, body?: object): Promise<Answer> {
    const { url, token } = this.#service
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> }
  }

  #expect(what: string, actual: unknown, expected: unknown): void {
    if (actual !== expected) this.differences.push(`${what}: expected ${expected}, got ${actual}`)
  }
}
