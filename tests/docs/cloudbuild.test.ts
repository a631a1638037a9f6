import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { Build, Step } from '../support/cloud-build/build.ts'
import { findBuildFaults } from '../support/cloud-build/find-build-faults.ts'

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8')
const TEXT = read('cloudbuild.yaml')
const build = parse(TEXT) as Build

test('finds nothing wrong with cloudbuild.yaml', () => {
  expect(findBuildFaults(build)).toEqual([])
})

// What a slip makes of the real file, and what is said of it.
const SLIPS: readonly [string, string, string, RegExp][] = [
  [
    'a key that is misspelled',
    'allowFailure: true',
    'allowFailures: true',
    /additional properties.*allowFailures/,
  ],
  [
    'an option that is not known',
    'dynamicSubstitutions: true',
    'dynamicSubstitution: true',
    /dynamicSubstitution"/,
  ],
  ['no verified provenance', 'VERIFIED\n', 'NOT_VERIFIED\n', /requestedVerifyOption/],
  [
    'an image that is latest',
    'hashicorp/terraform:1.11.4',
    'hashicorp/terraform:latest',
    /name must match pattern/,
  ],
  ['an image without a tag', 'hashicorp/terraform:1.11.4', 'hashicorp/terraform', /name must match pattern/],
  ['an image of any patch', 'node:24.21.0-bookworm', 'node:24-bookworm', /name must match pattern/],
  ['a step that waits for none', 'waitFor: [chaos, sbom,', 'waitFor: [chaos, sboms,', /waits for sboms/],
  [
    'a step that waits for a later one',
    'waitFor: [check, engines]',
    'waitFor: [check, smoke]',
    /waits for smoke/,
  ],
  ['two steps of one id', 'id: sbom', 'id: scan', /scan: two steps/],
  ['a step without a timeout', '    timeout: 60s\n', '', /required property 'timeout'/],
  ['a substitution that is not declared', '_CLUSTER}', '_KLUSTER}', /_KLUSTER: used, and not declared/],
  [
    'a substitution that nothing uses',
    '  _CURRENCY: USD',
    '  _CURRENCY: USD\n  _ZONE: b',
    /_ZONE: declared, and not used/,
  ],
  ['a built-in that a build by hand lacks', '$COMMIT_SHA', '$BRANCH_NAME', /BRANCH_NAME: used/],
  [
    'a secret that is not declared',
    'secretEnv: [SETTLE_CLIENT_SECRET]',
    'secretEnv: [SETTLE_SECRET]',
    /SETTLE_SECRET: secret used/,
  ],
  ['a script that is not there', 'delivery/scan.sh', 'delivery/scans.sh', /scans.sh is not there/],
  [
    'a script that nothing runs',
    'knative/delivery/sbom.sh',
    'knative/delivery/scan.sh',
    /sbom.sh: nothing runs it/,
  ],
  ['an npm script that is not there', 'args: [run, chaos', 'args: [run, chaoz', /no script chaoz/],
  ['a command that is no script', 'args: [knative/delivery/sbom.sh, ', 'args: [-c, ', /sbom: runs no script/],
  ['an image that is not the built one', 'images: ["', 'images: ["europe-', /listed, and not built/],
  [
    'a verdict that may fail',
    'id: verdict',
    'id: verdict\n    allowFailure: true',
    /verdict: is the last step/,
  ],
  [
    'a step that ends the build too early',
    '    secretEnv: [SETTLE_CLIENT_SECRET]\n    allowFailure: true',
    '    secretEnv: [SETTLE_CLIENT_SECRET]',
    /smoke: would end the build after deploy/,
  ],
  ['too little time in all', 'timeout: 18000s', 'timeout: 9000s', /the steps may take \d+s/],
]

test.each(SLIPS)('names %s', (_what, right, wrong, said) => {
  expect(TEXT).toContain(right)
  expect(findBuildFaults(parse(TEXT.replace(right, wrong))).join('\n')).toMatch(said)
})

test('changes nothing that runs before everything is tested and scanned', () => {
  const named = (name: string) => build.steps.find(({ id }) => id === name) as Step
  const before = new Set<string>()
  const gather = (name: string): void => {
    for (const id of named(name).waitFor) {
      if (id === '-' || before.has(id)) continue
      before.add(id)
      gather(id)
    }
  }
  gather('migrate')
  expect([...before].sort()).toEqual(
    [
      'chaos',
      'check',
      'credentials',
      'engines',
      'image',
      'install',
      'record',
      'sbom',
      'scan',
      'simulate',
      'terraform',
      'test',
    ].sort(),
  )
})

test('tells the tests of the engines that the script starts', () => {
  const { env = [] } = build.steps.find(({ id }) => id === 'test') as Step
  const script = read('knative/delivery/engines.sh')
  for (const name of ['MYSQL_URL', 'REDIS_URL']) {
    const given = env.find(line => line.startsWith(`${name}=`)) ?? ''
    expect(script).toContain(given)
    expect(script).toContain(`--name ${new URL(given.slice(name.length + 1)).hostname} `)
  }
})
