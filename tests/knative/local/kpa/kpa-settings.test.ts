import { expect, test } from '@jest/globals'
import { kpaSettings } from '../../../../knative/local/serving/kpa/kpa.ts'
import { panicWindowSeconds, targetOf } from '../../../../knative/local/serving/kpa/kpa-settings.ts'

const annotations = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]))

test('has the defaults of config-autoscaler for what is not given', () => {
  expect(kpaSettings({}, 0)).toEqual({
    ...{ metric: 'concurrency', target: 100, targetUtilization: 0.7, containerConcurrency: 0 },
    ...{ windowSeconds: 60, panicWindowPercentage: 10, panicThresholdPercentage: 200 },
    ...{ targetBurstCapacity: 211, minScale: 0, maxScale: 0, initialScale: 1, activationScale: 1 },
    ...{ scaleDownDelaySeconds: 0, retentionSeconds: 0 },
    ...{
      tickSeconds: 2,
      maxScaleUpRate: 1000,
      maxScaleDownRate: 2,
      graceSeconds: 30,
      activatorCapacity: 100,
    },
  })
})

/** From pkg/reconciler/autoscaling/resources/target_test.go. */
test.each([
  ['the default', {}, 0, 70, 100],
  ['what the container takes', { 'target-utilization-percentage': '75' }, 12, 9, 12],
  ['the annotation', { target: '10', 'target-utilization-percentage': '75' }, 0, 7.5, 10],
  [
    'the annotation, though above the default',
    { target: '500', 'target-utilization-percentage': '100' },
    0,
    500,
    500,
  ],
  [
    'the annotation, if less than the container takes',
    { target: '1', 'target-utilization-percentage': '100' },
    10,
    1,
    1,
  ],
  [
    'what the container takes, if the annotation is more',
    { target: '10', 'target-utilization-percentage': '100' },
    1,
    1,
    1,
  ],
  ['a hundredth at least', { target: '0.01', 'target-utilization-percentage': '10' }, 0, 0.01, 0.01],
])('aims for %s', (_, values, containerConcurrency, aim, room) => {
  expect(targetOf(kpaSettings(annotations(values), containerConcurrency))).toEqual({ aim, room })
})

test.each([
  [60, 10, 6],
  [6, 10, 1],
  [6, 1, 1],
  [45, 10, 5],
  [44, 10, 4],
])('has of a window of %d s, %d percent, a panic window of %d s', (window, percent, seconds) => {
  const values = { window: `${window}s`, 'panic-window-percentage': String(percent) }
  expect(panicWindowSeconds(kpaSettings(annotations(values), 0))).toBe(seconds)
})

test('takes names in camel case, and the other name before them', () => {
  const values = { minScale: '2', maxScale: '5', 'max-scale': '7', targetBurstCapacity: '-1' }
  expect(kpaSettings(annotations(values), 0)).toMatchObject({
    minScale: 2,
    maxScale: 7,
    targetBurstCapacity: -1,
  })
})

test('reads durations as Go writes them', () => {
  const values = { window: '1m30s', 'scale-down-delay': '1h', 'scale-to-zero-pod-retention-period': '0' }
  expect(kpaSettings(annotations(values), 0)).toMatchObject({
    ...{ windowSeconds: 90, scaleDownDelaySeconds: 3600, retentionSeconds: 0 },
  })
})

test.each([
  ['window', '5s'],
  ['window', '61m'],
  ['window', '60'],
  ['window', ''],
  ['target', '0'],
  ['target', 'ten'],
  ['target-utilization-percentage', '101'],
  ['target-utilization-percentage', '0.9'],
  ['panic-window-percentage', '0'],
  ['panic-threshold-percentage', '109'],
  ['panic-threshold-percentage', '1001'],
  ['target-burst-capacity', '-2'],
  ['target-burst-capacity', '-0.5'],
  ['min-scale', '1.5'],
  ['min-scale', '-1'],
  ['initial-scale', '0'],
  ['activation-scale', '1'],
  ['scale-down-delay', '1.5s'],
  ['metric', 'rps'],
  ['class', 'hpa.autoscaling.knative.dev'],
])('refuses %s %s, by name', (key, value) => {
  expect(() => kpaSettings(annotations({ [key]: value }), 0)).toThrow(key)
})

test.each([
  [{ 'min-scale': '3', 'max-scale': '2' }, 'min-scale 3 is greater than max-scale 2'],
  [{ 'min-scale': '3', 'activation-scale': '2' }, 'min-scale 3 is greater than activation-scale 2'],
  [{ 'max-scale': '2', 'activation-scale': '3' }, 'activation-scale 3 is greater than max-scale 2'],
])('refuses bounds that contradict each other: %j', (values, message) => {
  expect(() => kpaSettings(annotations(values), 0)).toThrow(message)
})

test('takes bounds that leave no choice', () => {
  const values = { 'min-scale': '2', 'max-scale': '2', 'activation-scale': '2' }
  expect(kpaSettings(annotations(values), 0)).toMatchObject({ minScale: 2, maxScale: 2, activationScale: 2 })
})
