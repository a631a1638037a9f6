import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { wholeNumber } from '../command/flag-values.ts'

export const USAGE = `npm run pubsub-benchmark    measures our Pub/Sub emulator beside Google's, if that is installed
  --rounds 2              times that each is measured, in turn
  --seconds 10            length of each measurement of the push rate
  --keys 10,1000          ordering keys, a row of the table each
  --cpu-prof FOLDER       writes CPU profiles of our emulator's processes there`

export type Flags = {
  readonly rounds: number
  readonly seconds: number
  readonly keys: readonly number[]
  readonly cpuProf: string | undefined
}

/** The command line as flags. Throws an Error that says which flag is wrong. */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '2' },
      seconds: { type: 'string', default: '10' },
      keys: { type: 'string', default: '10,1000' },
      'cpu-prof': { type: 'string' },
    },
  })
  const { 'cpu-prof': cpuProf } = values
  return {
    rounds: wholeNumber('rounds', values.rounds, 1),
    seconds: wholeNumber('seconds', values.seconds, 1),
    keys: values.keys.split(',').map(keys => wholeNumber('keys', keys, 1)),
    cpuProf: cpuProf && resolve(cpuProf),
  }
}
