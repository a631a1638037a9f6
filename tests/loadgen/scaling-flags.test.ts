import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { parseFlags } from '../../loadgen/scaling/flags.ts'
import {
  FUNCTIONS,
  functionSettings,
  manifestsWith,
  settingsOf,
} from '../../loadgen/scaling/function-settings.ts'
import { fieldNames } from '../../loadgen/scaling/scaling-fields.ts'
import { SERVICE_YAML } from './support/service-yaml.ts'

/** Labels by function, of what a command line compares. */
function labels(...args: string[]): Record<string, string[]> {
  const { settings } = parseFlags(args)
  return Object.fromEntries(settings.map(({ name, variants }) => [name, variants.map(({ label }) => label)]))
}

test.each([
  ['ingest alone, if nothing is named', [], { ingest: ['as it stands'] }],
  ['what is set beside what stands', ['--set', 'worker.target=8'], { worker: ['as it stands', 'target=8'] }],
  [
    'every function that is named',
    ['--set', 'worker.target=8', '--set', 'ingest.min=2'],
    { worker: ['as it stands', 'target=8'], ingest: ['as it stands', 'min=2'] },
  ],
  [
    'what is set before --compare with what is set after it',
    ['--set', 'ingest.min=2', '--compare', '--set', 'ingest.min=3', '--set', 'ingest.max=4'],
    { ingest: ['min=2', 'min=3 max=4'] },
  ],
  [
    'what stands with what is set, if nothing is before --compare',
    ['--compare', '--set', 'ingest.min=3'],
    { ingest: ['as it stands', 'min=3'] },
  ],
  [
    'the last of two values of a field',
    ['--set', 'ingest.min=2', '--set', 'ingest.min=3'],
    { ingest: ['as it stands', 'min=3'] },
  ],
])('compares %s', (_, args, expected) => {
  expect(labels(...args)).toEqual(expected)
})

test.each([
  ['--profile weekly', 'must be one of burst, daily, spike'],
  ['--set target=8', 'must be FUNCTION.FIELD=VALUE'],
  ['--set gateway.target=8', 'must be one of accounts, console, dead-letter, ingest'],
  ['--set ingest.targets=8', 'targets: must be one of min'],
  ['--set ingest.pool_size=8', 'pool_size changes nothing in a simulation'],
  ['--set ingest.min=1000', 'min-scale 1000 is greater than max-scale'],
  ['--set ingest.window=5', 'window 5: must be a whole number of at least 6, at most 3600'],
  ['--set ingest.concurrency=1001', 'concurrency 1001: must be a whole number of at least 1, at most 1000'],
  ['--set ingest.cpu=fast', 'cpu fast: must be cores'],
  ['--set ingest.cpu=0', 'cpu 0: must be cores'],
  ['--set ingest.cpu=50m', 'is more than cpu 0.05'],
  ['--set ingest.cpu=49m', 'cpu 49m: must be cores, such as 1 or 500m, of at least 50m, at most 8'],
  ['--set ingest.target=ten', 'target ten: must be a number of at least 0.01'],
  ['--set ingest.min=1.5', 'min 1.5: must be a whole number of at least 0'],
  ['--set ingest.memory_request=512MB', 'memory_request 512MB: must be memory'],
  ['--set ingest.timeout=601', 'timeout 601: must be a whole number of at least 60, at most 600'],
  ['--function gateway', 'must be one of accounts, console, dead-letter, ingest'],
  ['--function ingest --set worker.target=8', '--function ingest leaves it out'],
  ['--function sweeper', 'no service time of sweeper has been measured'],
  ['--service 1,2', 'must be 3 numbers'],
  ['--service 5,4,9', 'CPU must be less than p50'],
  ['--service 1,4,3', 'p50 at most p90'],
  ['--price free', 'must be 2 numbers'],
  ['--cold-start soon', 'must be a number'],
  ['--base 200 --peak 100', 'must be at most the peak, 100'],
  ['--peak 0', 'must be a whole number of at least 1'],
  ['--compare', 'what is set before it and after it is the same'],
  ['--set ingest.min=2 --compare --set ingest.min=2', 'the same'],
  ['--seed x', 'must be a whole number'],
  ['--live --profile daily', '--profile daily: takes a day with --live; simulate it, or play burst or spike'],
  ['--live --cold-start 3', '--cold-start: not with --live'],
  ['--live --service 1,2,3', '--service: not with --live'],
  [
    '--live --function sweeper',
    'nothing puts load on sweeper; it can be one of ingest, worker, status, accounts',
  ],
  ['--live --set dead-letter.min=1', 'nothing puts load on dead-letter'],
  [
    '--live --set ingest.cpu=2',
    'cpu changes nothing with --live, where instances are processes without limits',
  ],
  ['--live --set ingest.memory=1Gi', 'memory changes nothing with --live'],
  ['--live --set ingest.targets=2', 'targets: must be one of min'],
  ['--live --base 400', 'must be at most the peak, 200'],
  ['--live=yes', 'live'],
  ['--alive', 'alive'],
])('refuses %s, and says why', (line, message) => {
  expect(() => parseFlags(line.split(' '))).toThrow(message)
})

test('takes a function that has not been measured with a service time that is given', () => {
  const { settings } = parseFlags(['--function', 'sweeper', '--service', '2,10,20'])
  expect(settings[0]?.model?.service).toMatchObject({ cpuMs: 2, waitMedianMs: 8 })
})

test('plays live what was not measured, a load that a laptop can take, and the size of a pool', () => {
  const live = parseFlags(['--live', '--set', 'accounts.pool_size=4', '--profile', 'spike']).settings[0]
  expect(live).toMatchObject({ name: 'accounts', model: undefined, profile: { base: 20, peak: 300 } })
  expect(live?.variants.map(({ label }) => label)).toEqual(['as it stands', 'pool_size=4'])
  const simulated = parseFlags(['--profile', 'spike']).settings[0]
  expect(simulated).toMatchObject({ model: { coldStartSeconds: 3 }, profile: { base: 100, peak: 5000 } })
})

test('has the local stack serve one function with what is set, and the others as they stand', () => {
  const overrides = { min: '0', window: '10', concurrency: '7', timeout: '90', pool_size: '3' }
  const [ingest, ...others] = manifestsWith('ingest', overrides).toSorted(
    (one, other) => Number(other.name === 'ingest') - Number(one.name === 'ingest'),
  )
  expect(ingest).toMatchObject({ name: 'ingest', minScale: 0, containerConcurrency: 7, timeoutSeconds: 90 })
  expect(ingest?.annotations).toMatchObject({ 'autoscaling.knative.dev/window': '10s' })
  expect(ingest?.env['MYSQL_POOL_SIZE']).toBe('3')
  expect(others).toEqual(readManifests().filter(({ name }) => name !== 'ingest'))
})

test('reads every function of knative/services', () => {
  expect(FUNCTIONS.length).toBeGreaterThan(5)
  for (const name of FUNCTIONS) expect(functionSettings(name, {}).cpu).toBeGreaterThan(0)
})

test('takes the largest value that there may be', () => {
  expect(labels('--set', 'ingest.timeout=600', '--set', 'ingest.concurrency=1000')).toEqual({
    ingest: ['as it stands', 'timeout=600 concurrency=1000'],
  })
})

test('replaces what the YAML says under another name of the annotation', () => {
  const { kpa } = settingsOf(SERVICE_YAML.replace('minScale', 'min-scale'), { min: '5' })
  expect(kpa.minScale).toBe(5)
})

test('has the settings of the YAML for what is not set, and each field where it belongs', () => {
  const base = settingsOf(SERVICE_YAML, {})
  expect(base).toMatchObject({ timeoutSeconds: 60, cpu: 1, cpuRequest: 0.25, memoryRequestGib: 0.25 })
  expect(base.kpa).toMatchObject({ containerConcurrency: 16, target: 16, minScale: 1, maxScale: 10 })
  const values = {
    ...{
      min: '2',
      max: '20',
      initial: '3',
      activation: '4',
      concurrency: '32',
      target: '8',
      target_utilization: '80',
    },
    ...{
      window: '90',
      panic_window_percentage: '20',
      panic_threshold_percentage: '150',
      target_burst_capacity: '-1',
    },
    ...{ scale_down_delay: '60', retention: '120', timeout: '90' },
    ...{ cpu: '2', cpu_request: '500m', memory_request: '1Gi' },
  }
  // Every field that the variable has.
  expect(Object.keys(values).toSorted()).toEqual([...fieldNames('simulated')].toSorted())
  const changed = settingsOf(SERVICE_YAML, values)
  expect(changed).toEqual({
    kpa: {
      ...base.kpa,
      ...{ minScale: 2, maxScale: 20, initialScale: 3, activationScale: 4, containerConcurrency: 32 },
      ...{ target: 8, targetUtilization: 0.8, windowSeconds: 90, panicWindowPercentage: 20 },
      ...{
        panicThresholdPercentage: 150,
        targetBurstCapacity: -1,
        scaleDownDelaySeconds: 60,
        retentionSeconds: 120,
      },
    },
    ...{ timeoutSeconds: 90, cpu: 2, cpuRequest: 0.5, memoryRequestGib: 1 },
  })
})
