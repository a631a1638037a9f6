import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { someOf, wholeNumber } from '../command/flag-values.ts'
import { SKEWS, type Skew } from './workload.ts'

export const SUBJECTS = ['settle', 'floor', 'row', 'lock', 'parts'] as const
type Subject = (typeof SUBJECTS)[number]

export const USAGE = `npm run bench    measures Settle beside its floor and beside a row per transfer, in turn, on one database
  --transfers 100000      of settle and of the floor, in each measurement
  --row-transfers 6000    of those that commit each transfer by itself
  --accounts 1000
  --workloads ${SKEWS.join(',')}
  --orders 20             a request
  --connections 64
  --rounds 3              times that each is measured, in turn
  --seed 1                of the transfers
  --only ${SUBJECTS.join(',')}
  --out FOLDER            writes what was measured there, and a chart of it
  --cpu-prof FOLDER       writes CPU profiles there; what is measured then is slower`

export type Flags = {
  readonly transfers: number
  readonly rowTransfers: number
  readonly accounts: number
  readonly workloads: readonly Skew[]
  readonly orders: number
  readonly connections: number
  readonly rounds: number
  readonly seed: number
  readonly only: readonly Subject[]
  readonly out: string | undefined
  readonly cpuProf: string | undefined
}

/** The command line as flags. Throws an Error that says which flag is wrong. */
export function parseFlags(args: readonly string[]): Flags {
  const text = (fallback?: string) => ({ type: 'string' as const, ...(fallback && { default: fallback }) })
  const { values } = parseArgs({
    args: [...args],
    options: {
      transfers: text('100000'),
      'row-transfers': text('6000'),
      accounts: text('1000'),
      workloads: text(SKEWS.join(',')),
      orders: text('20'),
      connections: text('64'),
      rounds: text('3'),
      seed: text('1'),
      only: text(SUBJECTS.join(',')),
      out: text(),
      'cpu-prof': text(),
    },
  })
  return {
    transfers: wholeNumber('transfers', values.transfers, 100),
    rowTransfers: wholeNumber('row-transfers', values['row-transfers'], 100),
    // One that is hot, and others for it to deal with.
    accounts: wholeNumber('accounts', values.accounts, 3),
    workloads: someOf('workloads', values.workloads ?? '', SKEWS),
    orders: wholeNumber('orders', values.orders, 1),
    connections: wholeNumber('connections', values.connections, 1),
    rounds: wholeNumber('rounds', values.rounds, 1),
    seed: wholeNumber('seed', values.seed, 0),
    only: someOf('only', values.only ?? '', SUBJECTS),
    out: values.out && resolve(values.out),
    cpuProf: values['cpu-prof'] && resolve(values['cpu-prof']),
  }
}
