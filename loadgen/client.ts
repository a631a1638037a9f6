import { randomUUID } from 'node:crypto'
import { findRunningStack } from '../knative/local/running-stack.ts'
import { findService, type Service, tokenOf } from './client/find-service.ts'
import { readOperations } from './client/operations.ts'
import { type Plan, type RequestAfter, readPlan } from './client/read-plan.ts'
import { print, readAnswer, send } from './client/send.ts'
import { watch } from './client/watch.ts'
import { ExpectedError } from './command/expected-error.ts'
import { runCommand } from './command/run-command.ts'
import { wait } from './command/wait.ts'

const operations = readOperations()
const LOOK_MILLISECONDS = 100

async function run(plan: Plan, interrupted: AbortSignal): Promise<number> {
  if (plan.kind === 'say') {
    console.log(plan.text)
    return 0
  }
  if (plan.kind === 'token') {
    const running = findRunningStack()
    if (running === undefined) throw new ExpectedError('No Settle is running: start it with npm start.')
    console.log(await tokenOf(running, plan.given))
    return 0
  }
  const service = await findService(plan.given)
  if (plan.kind === 'watch') return await watch(service, plan.requestAfter(), interrupted)
  if (plan.kind === 'wait') return await waitFor(service, plan, interrupted)
  return await ask(service, plan.requestAfter, interrupted)
}

/** Prints the answer. What is done in pages, and not listed in them, is asked for until it is done. */
async function ask(service: Service, requestAfter: RequestAfter, signal: AbortSignal): Promise<number> {
  for (let cursor: string | undefined; ; ) {
    const request = requestAfter(cursor)
    const body = await readAnswer(await send(service, request, signal))
    print(body)
    if (request.method === 'GET' || typeof body['nextCursor'] !== 'string') return exitCodeOf(body)
    cursor = body['nextCursor']
  }
}

/** Asks until a transaction is decided. */
async function waitFor(
  service: Service,
  { transactionId, seconds }: Extract<Plan, { kind: 'wait' }>,
  signal: AbortSignal,
): Promise<number> {
  const path = `/api/v1/transactions/${encodeURIComponent(transactionId)}`
  const request = { method: 'GET', path, headers: {}, body: undefined }
  for (const deadline = Date.now() + seconds * 1000; ; ) {
    const body = await readAnswer(await send(service, request, signal))
    if (body['status'] !== 'PENDING' || Date.now() >= deadline) {
      print(body)
      return exitCodeOf(body)
    }
    await wait(LOOK_MILLISECONDS, signal)
  }
}

/** A transaction that FAILED, or is not decided yet, has not done what was asked for. */
function exitCodeOf({ transactionId, status }: Record<string, unknown>): number {
  return transactionId !== undefined && (status === 'FAILED' || status === 'PENDING') ? 1 : 0
}

const HELP = 'npm run --silent client -- --help   lists the commands, COMMAND --help the flags of one'
const newId = () => `cli-${randomUUID()}`
await runCommand(HELP, () => readPlan(process.argv.slice(2), operations, newId), run)
