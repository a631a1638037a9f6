import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { assemble } from '../knative/image/assemble.ts'
import { functionNames, type StartPlan, startFunction } from '../knative/image/start-function.ts'
import { readManifests } from '../knative/local/serving/manifest.ts'
import { type Start, slowFunctions, startsTable } from './cold-start/report.ts'
import { someOf, wholeNumber } from './command/flag-values.ts'
import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { describeMachine } from './figures/describe-machine.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const USAGE = `npm run cold-start    measures how soon a function answers after its process is made
  --starts 10            of each function from each tree, by turns
  --trees image,here     the image's files, put together first, or the working tree
  --beside FOLDER        another working tree too, such as one of an earlier commit
  --env NAME=VALUE       from each tree with this variable too; of several, with all of them
  --functions a,b        not all of them
  --at-most 700          milliseconds until half of the starts are ready; more, from the first tree, is an error`

type Flags = {
  readonly starts: number
  readonly trees: readonly string[]
  readonly beside: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly functions: readonly string[]
  readonly atMost: number
}

function readFlags(): Flags {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    options: {
      ...{ starts: text('10'), trees: text('image,here'), 'at-most': text('700') },
      ...{ beside: { type: 'string' }, functions: text(functionNames(ROOT).join()) },
      env: { type: 'string', multiple: true, default: [] },
    },
  })
  return {
    starts: wholeNumber('starts', values.starts, 1),
    trees: someOf('trees', values.trees, ['image', 'here']),
    beside: values.beside,
    env: Object.fromEntries(values.env.map(readVariable)),
    functions: someOf('functions', values.functions, functionNames(ROOT)),
    atMost: wholeNumber('at-most', values['at-most'], 0),
  }
}

function readVariable(text: string): readonly [string, string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw new Error(`--env ${text}: must be NAME=VALUE`)
  return [name, value]
}

async function measure(flags: Flags, interrupted: AbortSignal): Promise<number> {
  // Where the image's user can reach it, wherever the repository is.
  const folder = await mkdtemp(join(tmpdir(), 'settle-cold-start-'))
  try {
    return await measureFrom(await plansOf(flags, folder), flags, interrupted)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureFrom(
  plans: ReadonlyMap<string, StartPlan>,
  flags: Flags,
  interrupted: AbortSignal,
): Promise<number> {
  const nodeOptions = new Map(readManifests().map(({ name, env }) => [name, env['NODE_OPTIONS'] ?? '']))
  const progress = showProgress('starts', flags.starts * flags.functions.length * plans.size)
  const starts: Start[] = []
  try {
    for (let turn = 0; turn < flags.starts; turn += 1)
      for (const name of flags.functions)
        for (const [tree, plan] of plans) {
          interrupted.throwIfAborted()
          const env = { ...plan.env, NODE_OPTIONS: nodeOptions.get(name) ?? '' }
          const { ready, loaded, cpu, stop } = await startFunction(name, { ...plan, env })
          await stop()
          starts.push({ name, tree, ready, loaded, cpu })
          progress.step()
        }
  } finally {
    progress.stop()
  }
  for (const line of startsTable(starts)) console.log(line)
  const { processor, cores, system, node, commit } = describeMachine()
  const load = loadavg().map(value => value.toFixed(1))
  console.log(
    `${processor}, ${cores} cores with a load of ${load.join(', ')}, ${system}; Node ${node}; commit ${commit}.`,
  )
  const [first = ''] = plans.keys()
  const slow = slowFunctions(starts, first, flags.atMost)
  for (const name of slow) console.log(`p50 above ${flags.atMost} ms: ${name} from ${first}`)
  return slow.length === 0 ? 0 : 1
}

/** How a function is started from each tree, and with which variables beside it. */
async function plansOf(
  { trees, beside, env }: Flags,
  folder: string,
): Promise<ReadonlyMap<string, StartPlan>> {
  const plans = new Map<string, StartPlan>()
  for (const tree of trees) plans.set(tree, tree === 'here' ? { root: ROOT } : await imagePlan(folder))
  if (beside !== undefined) plans.set('beside', { root: beside })
  const names = Object.keys(env).join(', ')
  if (names === '') return plans
  return new Map(
    [...plans].flatMap(([tree, plan]) => [
      [tree, plan],
      [`${tree}, ${names}`, { ...plan, env: { ...plan.env, ...env } }],
    ]),
  )
}

async function imagePlan(folder: string): Promise<StartPlan> {
  console.error('putting the image together')
  const { root, node, env, userId } = await assemble(ROOT, folder)
  return { root, node, env, ...(process.getuid?.() === 0 ? { userId } : {}) }
}

await runCommand(USAGE, readFlags, measure)
