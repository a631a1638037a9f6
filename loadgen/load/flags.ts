import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { oneOf, wholeNumber } from '../command/flag-values.ts'
import { type LoadSettings, READS_AT } from './load-run.ts'
import { PATHS } from './path.ts'
import { SKEWS } from './pick-pair.ts'

const OPEN_CONNECTIONS = 256
const CLOSED_CONNECTIONS = 16

export const USAGE = `npm run loadgen         puts load on Settle, measures it, and checks every promise at the end
  --rate N                open model: transfers a second that arrive whatever is answered. Without it the model is
                          closed: each connection sends when it has been answered
  --connections N         closed: so many (${CLOSED_CONNECTIONS}). Open: most requests unanswered (${OPEN_CONNECTIONS}); what arrives beyond is shed
  --orders 20             transfers in a request, 1 to 1000
  --path http             or topic
  --accounts 1000
  --skew uniform          or zipf, hot-source, hot-destination (90 % of one account), world (deposits)
  --zipf 1                exponent of zipf
  --refused 0             percent of the transfers that nobody can pay
  --reads 0               status reads a second, open model
  --reads-at gateway      or status: an instance of the function itself, of a stack of the command's own
  --warm-up 2             seconds before anything is measured
  --duration 10           seconds that are measured
  --seed 1                of all that is drawn: the same seed sends the same transfers
  --results on            off: no consumer of results runs beside the load; a sample is asked for at the end
  --patience 60           seconds without progress after which what is not final is given up
  --out FOLDER            writes result.json, index.md and plots there`

export type LoadFlags = { readonly settings: LoadSettings; readonly out: string | undefined }

/** The command line as flags. Throws an Error that says which flag is wrong. */
export function parseFlags(args: readonly string[]): LoadFlags {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string' },
      connections: { type: 'string' },
      ...{ orders: text('20'), path: text('http'), accounts: text('1000'), skew: text('uniform') },
      ...{
        zipf: text('1'),
        refused: text('0'),
        reads: text('0'),
        'reads-at': text('gateway'),
        'warm-up': text('2'),
      },
      ...{ duration: text('10'), seed: text('1'), results: text('on'), patience: text('60') },
      out: { type: 'string' },
    },
  })
  const rate = values.rate === undefined ? undefined : wholeNumber('rate', values.rate, 1)
  const connections = values.connections ?? String(rate ? OPEN_CONNECTIONS : CLOSED_CONNECTIONS)
  const settings: LoadSettings = {
    rate,
    connections: wholeNumber('connections', connections, 1),
    orders: atMost('orders', wholeNumber('orders', values.orders, 1), 1000),
    path: oneOf('path', values.path, PATHS),
    // A transfer needs two.
    accounts: wholeNumber('accounts', values.accounts, 2),
    skew: oneOf('skew', values.skew, SKEWS),
    zipfExponent: decimal('zipf', values.zipf),
    refusedPercent: atMost('refused', decimal('refused', values.refused), 100),
    reads: wholeNumber('reads', values.reads, 0),
    readsAt: oneOf('reads-at', values['reads-at'], READS_AT),
    warmUpSeconds: wholeNumber('warm-up', values['warm-up'], 0),
    seconds: wholeNumber('duration', values.duration, 1),
    seed: wholeNumber('seed', values.seed, 0),
    hearsResults: oneOf('results', values.results, ['on', 'off'] as const) === 'on',
    patienceSeconds: wholeNumber('patience', values.patience, 1),
  }
  return { settings, out: values.out && resolve(values.out) }
}

function decimal(flag: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${flag} ${text}: must be a number of at least 0`)
  return Number(text)
}

function atMost(flag: string, value: number, most: number): number {
  if (value > most) throw new Error(`--${flag} ${value}: must be at most ${most}`)
  return value
}
