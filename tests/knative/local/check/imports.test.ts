import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { BrokenCopy, stepOf } from './broken-copy.ts'

const lint = stepOf('format and lint')

const copy = new BrokenCopy()
beforeEach(() => copy.create())
afterEach(() => copy.remove())

/** The place and the rule of every fault, sorted. */
const faultsIn = (said: string) =>
  [...said.matchAll(/^(\S+?):\d+:\d+ lint\/\w+\/(\w+)/gm)].map(([, ...of]) => of.join(' ')).sort()

test('a circle of imports is found wherever it is, of types as of values, and no other', async () => {
  await copy.add('lib/first.ts', "import { second } from './second.ts'\nexport const first = () => second\n")
  await copy.add('lib/second.ts', "import { first } from './first.ts'\nexport const second = () => first\n")
  await copy.add('functions/one.ts', "import type { Two } from './two.ts'\nexport type One = Two | 1\n")
  await copy.add(
    'functions/two.ts',
    "import type { Three } from '../loadgen/three.ts'\nexport type Two = Three\n",
  )
  await copy.add(
    'loadgen/three.ts',
    "import type { One } from '../functions/one.ts'\nexport type Three = One[]\n",
  )
  await copy.add('knative/here.mjs', "import { there } from './there.mjs'\nexport const here = () => there\n")
  await copy.add('knative/there.mjs', "export const there = () => import('./here.mjs')\n")
  const { code, said } = await copy.check(lint)
  expect(code).toBe(1)
  expect(faultsIn(said)).toEqual(
    [
      'functions/one.ts',
      'functions/two.ts',
      'knative/here.mjs',
      'knative/there.mjs',
      'lib/first.ts',
      'lib/second.ts',
      'loadgen/three.ts',
    ].map(file => `${file} noImportCycles`),
  )
  expect(said).toMatch(/This import resolves to lib\/second\.ts\n \.\.\. which imports lib\/first\.ts/)
}, 120_000)

test('what is imported is declared, and not for development only where it is part of the image', async () => {
  const imports =
    "import 'semver'\nimport 'fast-check'\nimport type { Arbitrary } from 'fast-check'\nexport type A = Arbitrary<1>\n"
  const inImage = ['functions/worker', 'lib/retry', 'knative/image'].map(folder => `${folder}/imports.ts`)
  const elsewhere = ['knative/local', 'loadgen', 'tests/support'].map(folder => `${folder}/imports.ts`)
  for (const file of [...inImage, ...elsewhere]) await copy.add(file, imports)
  const { code, said } = await copy.check(lint)
  expect(code).toBe(1)
  const undeclared = faultsIn(said).filter(fault => fault.endsWith('noUndeclaredDependencies'))
  expect(undeclared).toEqual(
    [...inImage, ...inImage, ...elsewhere].sort().map(file => `${file} noUndeclaredDependencies`),
  )
  expect(said).toMatch(/Dependency semver isn't specified in package\.json/)
  expect(said).toMatch(
    /fast-check is part of your devDependencies, but it's not intended to be used in this file/,
  )
}, 120_000)
