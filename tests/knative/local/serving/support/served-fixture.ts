import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ScalingRule } from '../../../../../knative/local/serving/autoscaler.ts'
import { FunctionPool, type PoolOptions } from '../../../../../knative/local/serving/function-pool.ts'
import { listenInternal } from '../../../../../knative/local/serving/gateway.ts'
import type { ScaleChange } from '../../../../../knative/local/serving/revision.ts'
import { until } from '../../../../support/until.ts'
import { FakeClock } from '../../pubsub/support/fake-clock.ts'
import { Gate } from './gate.ts'
import { StandInRule } from './stand-in-rule.ts'

const ENTRY = fileURLToPath(new URL('../../../../support/fixtures/run-gated-function.ts', import.meta.url))

export type FixtureOptions = Partial<Omit<PoolOptions, 'scaling'>> & {
  /** Follows a rule, on a clock that the test advances; the stand-in if it is true. */
  readonly scaling?: true | (() => ScalingRule)
}

/** The gated function, served as the local stack serves functions. */
export type ServedFixture = {
  readonly pool: FunctionPool
  readonly url: string
  readonly gate: Gate
  readonly clock: FakeClock
  readonly rule: StandInRule
  readonly changes: readonly ScaleChange[]
  /** The status of an answer; 0 if there was none. */
  get(path?: string, signal?: AbortSignal): Promise<number>
  /** The rule wants so many instances; resolves when they are ready. */
  scaleTo(desired: number): Promise<void>
  close(): Promise<void>
}

/** Starts it, with one instance that takes one request at once unless the options say otherwise. */
export async function serveFixture({ scaling, ...options }: FixtureOptions = {}): Promise<ServedFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'settle-serving-'))
  const [gate, clock, rule, changes] = [new Gate(), new FakeClock(), new StandInRule(), [] as ScaleChange[]]
  const makeRule = scaling === true ? () => rule : scaling
  const onChange = (change: ScaleChange) => void changes.push(change)
  const pool = new FunctionPool({
    ...{ name: 'gated', instances: 1, containerConcurrency: 1, timeoutSeconds: 30, entry: ENTRY },
    logFile: join(folder, 'log'),
    ...(makeRule !== undefined && { scaling: { rule: makeRule, tickSeconds: 2, clock, onChange } }),
    ...options,
    env: { GATE_URL: await gate.listen(), ...options.env },
  })
  await pool.start()
  const { url, close } = await listenInternal(pool)
  return {
    ...{ pool, url, gate, clock, rule, changes },
    get: async (path = '/', signal) => {
      const answer = await fetch(`${url}${path}`, { signal: signal ?? null }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      return answer?.status ?? 0
    },
    scaleTo: async desired => {
      rule.desired = desired
      for (let second = 0; second < 2; second += 1) clock.advance(1000)
      await until(`${desired} instances are ready`, () => pool.instances.length === desired)
    },
    close: async () => {
      gate.open()
      await close()
      await pool.close()
      gate.close()
      await rm(folder, { recursive: true })
    },
  }
}
