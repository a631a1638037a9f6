import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { Build, Step } from '../../support/cloud-build/build.ts'

const { steps } = parse(readFileSync(new URL('../../../cloudbuild.yaml', import.meta.url), 'utf8')) as Build

/** Seconds after which a step ends itself: those of `timeout`, or what its script was told to wait at most. */
function ownLimit({ args }: Step): number {
  const given = args.includes('timeout') ? args[args.indexOf('timeout') + 1] : args.at(-1)
  return Number(given)
}

const isTooLate = (step: Step): boolean => !(ownLimit(step) < Number.parseInt(step.timeout, 10))

// A build that Cloud Build ends at such a step would leave what was deployed where it is.
test('every step that may fail ends itself before Cloud Build does', () => {
  const allowed = steps.filter(({ allowFailure }) => allowFailure)
  expect(allowed.map(({ id }) => id)).toEqual(['deploy', 'rollout', 'smoke', 'roll-back'])
  expect(allowed.filter(isTooLate).map(({ id }) => id)).toEqual([])
})

test('a step that does not end itself is seen', () => {
  const step = {
    id: 'deploy',
    timeout: '60s',
    args: ['gate.sh', 'deploy', '-', 'deploy.sh'],
  } as unknown as Step
  expect(isTooLate(step)).toBe(true)
  expect(isTooLate({ ...step, args: ['timeout', '60', 'deploy.sh'] })).toBe(true)
  expect(isTooLate({ ...step, args: ['timeout', '50', 'deploy.sh'] })).toBe(false)
})
