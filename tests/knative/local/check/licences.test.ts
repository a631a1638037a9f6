import { expect, test } from '@jest/globals'
import { RULES } from '../../../../knative/local/check/packages/allowed-licences.ts'
import {
  type LicenceRules,
  type LockedPackage,
  licenceFaults,
} from '../../../../knative/local/check/packages/licence-faults.ts'
import { BrokenCopy, stepOf } from './broken-copy.ts'

const LICENCES: LicenceRules = { inImage: ['MIT', 'ISC'], elsewhere: ['Zlib'], exceptions: {} }
const EXCEPT = 'except it with a reason in knative/local/check/packages/allowed-licences.ts.'

/** What is said of one package, installed as it is locked. */
function faultsOf(locked: LockedPackage, rules = LICENCES): string[] {
  const packages = { '': {}, 'node_modules/one': { version: '1.0.0', ...locked } }
  return licenceFaults(packages, rules, () => locked.license)
}

// A licence, and whether a package under it may be in the image, and elsewhere.
const LICENCE_ROWS: readonly [string, boolean, boolean][] = [
  ['MIT', true, true],
  ['Zlib', false, true],
  ['GPL-3.0-only', false, false],
  ['MIT OR GPL-3.0-only', true, true],
  ['(GPL-3.0-only OR Zlib)', false, true],
  ['MIT AND GPL-3.0-only', false, false],
  ['MIT AND (ISC OR GPL-3.0-only)', true, true],
  ['ISC AND Zlib', false, true],
  ['MIT WITH Classpath-exception-2.0', false, false],
  ['SEE LICENSE IN LICENSE.md', false, false],
  ['UNLICENSED', false, false],
]

test.each(LICENCE_ROWS)('%s: in the image %p, elsewhere %p', (license, inImage, elsewhere) => {
  const refused = (where: string) => [
    `package-lock.json: node_modules/one 1.0.0: "${license}" is not allowed ${where}. Use another package, or ${EXCEPT}`,
  ]
  expect(faultsOf({ license })).toEqual(inImage ? [] : refused('in the image'))
  for (const mark of ['dev', 'optional', 'devOptional'])
    expect(faultsOf({ license, [mark]: true })).toEqual(elsewhere ? [] : refused('here'))
})

test('an exception is for one package and one licence, and may not outlive them', () => {
  const exceptions = { one: { licence: 'MPL-2.0', reason: 'unchanged' } }
  const rules = { ...LICENCES, exceptions }
  const stale =
    'knative/local/check/packages/allowed-licences.ts: no package one under MPL-2.0. Remove the exception.'
  expect(faultsOf({ license: 'MPL-2.0' }, rules)).toEqual([])
  expect(faultsOf({ license: 'MIT' }, rules)).toEqual([stale])
  expect(faultsOf({ license: 'GPL-3.0-only' }, rules)).toEqual([
    expect.stringContaining('GPL-3.0-only'),
    stale,
  ])
  const inner = { 'node_modules/two/node_modules/one': { license: 'MPL-2.0' } }
  expect(licenceFaults(inner, rules, () => undefined)).toEqual([])
})

test('a package without a licence is refused, but for a build of one that has its licence', () => {
  const none = `package-lock.json: node_modules/one 1.0.0 states no licence. Use another package, or ${EXCEPT}`
  expect(faultsOf({})).toEqual([none])
  expect(faultsOf({ optional: true })).toEqual([none])
  const build = { version: '1.0.0', optional: true }
  const packages = (license: string, optional = true) => ({
    'node_modules/whole': { version: '1.0.0', license, optionalDependencies: { one: '1.0.0' } },
    'node_modules/one': { ...build, optional },
  })
  const faults = (...of: Parameters<typeof packages>) =>
    licenceFaults(packages(...of), LICENCES, () => undefined)
  expect(faults('MIT')).toEqual([])
  expect(faults('MIT', false)).toEqual([none])
  expect(faults('GPL-3.0-only')).toEqual([
    expect.stringContaining('node_modules/whole'),
    expect.stringContaining('node_modules/one 1.0.0: "GPL-3.0-only" is not allowed here.'),
  ])
})

test('what an installed package says of itself has to be what the lock file says', () => {
  const packages = { 'node_modules/one': { version: '1.0.0', license: 'MIT' } }
  expect(licenceFaults(packages, LICENCES, () => 'GPL-3.0-only')).toEqual([
    'package-lock.json: node_modules/one 1.0.0: its package.json says "GPL-3.0-only", the lock file "MIT". Run "npm install".',
  ])
})

test('every exception has a reason, and the licences of both lists are told apart', () => {
  for (const { reason } of Object.values(RULES.exceptions)) expect(reason).toMatch(/\S+ .+\.$/)
  expect(RULES.elsewhere.filter(licence => RULES.inImage.includes(licence))).toEqual([])
})

test('the packages of this project pass, and one under another licence does not', async () => {
  const copy = new BrokenCopy()
  const step = stepOf('licences of packages')
  try {
    await copy.create()
    expect(await copy.check(step)).toMatchObject({ code: 0 })
    await copy.replace('package-lock.json', '"license": "0BSD"', '"license": "GPL-3.0-only"')
    const { code, said } = await copy.check(step)
    expect(code).toBe(1)
    expect(said).toMatch(/^package-lock\.json: node_modules\/\S+ \S+: .*"GPL-3\.0-only"/m)
  } finally {
    await copy.remove()
  }
}, 60_000)
