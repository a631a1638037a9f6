import type { Verification } from './ask-until-complete.ts'

const count = (value: number) => value.toLocaleString('en-US')

/** How far it has come, in a line. */
export function describeProgress({ checked, faultCount }: Verification): string {
  const { transactions, links, accounts } = checked
  return `${count(transactions)} transactions in ${count(links)} links, ${count(accounts)} accounts; ${count(faultCount)} faults`
}

/** What was verified, where the chains end, and every fault. */
export function describeVerification(verification: Verification): string {
  const { checked, sums = [], pending, outbox, heads, faults, faultCount, pass } = verification
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
  const verdict =
    faultCount === 0
      ? 'everything is as it was settled'
      : `${count(faultCount)} faults${faultCount > faults.length ? `, of which these are ${count(faults.length)}` : ''}:`
  return [...table, '', verdict, ...named].join('\n')
}
