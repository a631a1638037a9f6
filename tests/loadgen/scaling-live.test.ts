import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { isAlive } from '../../knative/local/owner-lock.mjs'
import { PROJECT_ID } from '../../knative/local/stack.ts'
import type { ScaledStack } from '../../loadgen/load/load-stack.ts'
import { findProcesses } from '../../loadgen/load/sample-processes.ts'
import { functionSettings, LIVE_FUNCTIONS } from '../../loadgen/scaling/function-settings.ts'
import { brokenOf } from '../../loadgen/scaling/live-notes.ts'
import { liveLeadInSeconds, playOn } from '../../loadgen/scaling/play-live.ts'
import { profileOf } from '../../loadgen/scaling/profiles.ts'
import { createServiceClient } from '../../loadgen/service/service-client.ts'
import { type RealStack, startRealStack } from '../knative/local/serving/support/real-stack.ts'
import { until } from '../support/until.ts'
import { startLoadgen } from './support/run-loadgen.ts'

let real: RealStack
beforeAll(async () => {
  real = await startRealStack({ autoscaling: {} })
}, 120_000)
afterAll(() => real.close(), 60_000)

async function stackFor(name: string): Promise<ScaledStack> {
  const { url, issuer, pubsub, pools } = real.stack
  const pool = pools.get(name)
  if (pool === undefined) throw new Error(`there is no ${name}`)
  return {
    ...{ url, token: await requestCallerToken(issuer.url), statusUrl: undefined, pid: process.pid },
    // Of the cache, which others use as well, nothing is asked.
    ...{ pubsub: { host: pubsub.host, projectId: PROJECT_ID }, engines: undefined, isOwn: false },
    look: async () => pool.state,
    close: async () => undefined,
  }
}

const show = () => ({ step: () => undefined, stop: () => undefined })

test.each(LIVE_FUNCTIONS)(
  'plays a load on %s, and knows every request of it',
  async name => {
    const profile = { ...profileOf('spike', { base: 10, peak: 30 }), seconds: 3, rateAt: () => 30 }
    const variant = { label: 'here', overrides: {}, settings: functionSettings(name, {}) }
    const stack = await stackFor(name)
    const client = createServiceClient(stack.url, stack.token)
    const outcome = await playOn(stack, client, {
      ...{ name, variant, profile, show, seed: 1, leadInSeconds: 2 },
      interrupted: new AbortController().signal,
    }).finally(() => client.close())
    expect([outcome.errors, brokenOf(outcome)]).toEqual([new Map(), []])
    expect(outcome.seconds).toHaveLength(3)
    const arrived = outcome.seconds.reduce((sum, second) => sum + second.arrived, 0)
    // 3 s at 30 are 90, give or take four deviations of a Poisson process.
    expect(Math.abs(arrived - 90)).toBeLessThan(4 * Math.sqrt(90))
    const latencies = outcome.seconds.map(second => second.latencies.length)
    expect(latencies).toEqual(outcome.seconds.map(second => second.arrived))
    for (const { wanted, ready, instanceSeconds } of outcome.seconds)
      expect([wanted > 0, ready > 0, instanceSeconds >= wanted]).toEqual([true, true, true])
    expect(outcome.lateness.length).toBeGreaterThan(arrived)
  },
  120_000,
)

test('stops with the stack', async () => {
  const stack = {
    ...(await stackFor('ingest')),
    look: () => Promise.reject(new Error('the stack has ended')),
  }
  const client = createServiceClient(stack.url, stack.token)
  const profile = profileOf('spike', { base: 1, peak: 1 })
  const variant = { label: 'here', overrides: {}, settings: functionSettings('ingest', {}) }
  const playing = playOn(stack, client, {
    ...{ name: 'ingest', variant, profile, show, seed: 1, leadInSeconds: 0 },
    interrupted: new AbortController().signal,
  })
  await expect(playing).rejects.toThrow('the stack has ended')
  client.close()
}, 60_000)

test.each([
  [{ min: '1' }, 0, 60],
  [{ min: '0' }, 20, 60],
  [{ min: '0' }, 0, 150],
  [{ min: '0', window: '10', retention: '7' }, 0, 57],
] as const)(
  'with %j and a base rate of %d lets %d seconds go by before the profile',
  (overrides, base, seconds) => {
    const variant = { label: 'here', overrides, settings: functionSettings('ingest', overrides, 'live') }
    expect(liveLeadInSeconds(variant, base)).toBe(seconds)
  },
)

test('leaves no process behind when it is interrupted', async () => {
  // Engines of its own, so that they are seen to end too.
  const own = { MYSQL_URL: '', REDIS_URL: '' }
  const child = startLoadgen(
    'scaling.ts',
    ['--live', '--base', '5', '--peak', '5', '--set', 'ingest.window=6'],
    own,
  )
  let said = ''
  child.stderr.on('data', data => {
    said += data
  })
  await until('the load is on', () => said.includes(' arrived, ') || child.exitCode !== null, 120)
  const pids = [...findProcesses(child.pid).keys()].filter(pid => pid !== process.pid)
  child.kill('SIGINT')
  await until('it has ended', () => child.exitCode !== null, 60)
  expect({ code: child.exitCode, said }).toMatchObject({
    code: 130,
    said: expect.stringMatching(/interrupted\n$/),
  })
  // The command, ingest, worker, status, Pub/Sub, the database and the cache at least.
  expect([pids.length >= 7, pids.filter(isAlive)]).toEqual([true, []])
}, 240_000)
