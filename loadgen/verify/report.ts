import type { Verification } from './ask-until-complete.ts'

const count = (value: number) => value.toLocaleString('en-US')

/** How far it has come, in a line. */
export function describeProgress({ checked, faultCount }: Verification): string {
  const { transactions, links, accounts } = checked
  return `${count(transactions)} transactions in ${count(links)} links, ${count(accounts)} accounts; ${countFaults(faultCount)}`
}

/** What was verified, where the chains end, and every fault. */
export function describeVerification(verification: Verification, isFull: boolean): string {
  const { checked, sums = [], pending, outbox, heads, faults, pass } = verification
  const rows = [
    ['pass', `${pass.number}, since ${pass.beganAt}`],
    ['transactions', `${count(checked.transactions)} in ${count(checked.links)} links`],
    ['accounts', count(checked.accounts)],
    ['copies in the cache', count(checked.copies)],
    ...sums.map(({ currency, accounts, balance }) => [
      `sum of ${currency}`,
      `${JSON.stringify(balance)} in ${count(accounts)} accounts`,
    ]),
    ['oldest PENDING', `${pending.oldestSeconds} s`],
    ['outbox', `${count(outbox.rows)} batches, the oldest ${outbox.oldestSeconds} s`],
    ...heads.map(({ orderingGroup, number, hash }) => [
      `head of group ${orderingGroup}`,
      `${orderingGroup}:${number}:${hash}`,
    ]),
  ]
  const table = rows.map(([what = '', value]) => `  ${what.padEnd(20)} ${value}`)
  const named = faults.map(({ code, message }) => `  ${code.padEnd(20)} ${message}`)
  return [...table, '', describeVerdict(verification, isFull), ...named].join('\n')
}

function describeVerdict({ faultCount, faults }: Verification, isFull: boolean): string {
  if (faultCount === 0 && isFull) return 'everything is as it was settled'
  if (faultCount === 0) return 'what is new is as it was settled; --full looks at everything again'
  const shown = faultCount > faults.length ? `, of which these are ${count(faults.length)}` : ''
  return `${countFaults(faultCount)}${shown}:`
}

function countFaults(faults: number): string {
  return faults === 1 ? '1 fault' : `${count(faults)} faults`
}
