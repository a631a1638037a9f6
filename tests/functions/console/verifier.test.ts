import { expect, test } from '@jest/globals'
import { type Answer, refuse } from '../../../functions/console/page/answer.ts'
import { type Verification, Verifier, type Verifying } from '../../../functions/console/page/verifier.ts'

function part(complete: boolean, transactions: number): Answer<Verification> {
  const body = { complete, checked: { transactions, accounts: 1 }, pass: {}, faultCount: 0, faults: [] }
  return { ok: true, body, text: '' }
}

async function check(answers: Answer<Verification>[]): Promise<readonly Verifying[]> {
  const shown: Verifying[] = []
  const verifier: Verifier = new Verifier(
    async () => answers.shift() ?? refuse(0, 'away'),
    () => shown.push(verifier.state),
  )
  await Promise.all([verifier.check(), verifier.check()])
  return shown
}

test('asks until everything is verified, once at a time, and shows how far it is', async () => {
  expect(await check([part(false, 100), part(false, 20), part(true, 3), part(true, 0)])).toMatchObject([
    { kind: 'checking', transactions: 0, accounts: 0 },
    { kind: 'checking', transactions: 100, accounts: 1 },
    { kind: 'checking', transactions: 120, accounts: 2 },
    { kind: 'done', transactions: 123 },
  ])
})

test('asks no more once it is stopped', async () => {
  let asked = 0
  const verifier: Verifier = new Verifier(
    async () => {
      asked += 1
      verifier.stop()
      return part(false, 100)
    },
    () => undefined,
  )
  await verifier.check()
  expect(asked).toBe(1)
})

test('shows why it went no further', async () => {
  expect((await check([part(false, 100), refuse(503, 'away')])).at(-1)).toMatchObject({
    kind: 'refused',
    refusal: { status: 503 },
  })
})
