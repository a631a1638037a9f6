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
  [
    'a step, by its id, that lacks something',
    '  - id: sbom\n    name: gcr.io/google.com/cloudsdktool/google-cloud-cli:528.0.0\n',
    '  - id: sbom\n',
    /^step sbom: must have required property 'name'/,
  ],
  [
    'a script with an argument too few',
    'migrate.sh, .local/delivery/image, "3600"',
    'migrate.sh, .local/delivery/image',
    /migrate: knative\/delivery\/migrate.sh takes 2 arguments, not 1/,
  ],
  [
    'a script behind a gate with an argument too many',
    'deploy.sh,\n        .local/delivery/image,',
    'deploy.sh,\n        .local/delivery/image,\n        more,',
    /deploy: knative\/delivery\/deploy.sh takes 3 arguments, not 4/,
  ],
  [
    'a wait that its step does not live to see',
    'migrate.sh, .local/delivery/image, "3600"',
    'migrate.sh, .local/delivery/image, "7200"',
    /migrate: knative\/delivery\/migrate.sh may wait 7200 s, and the step ends after 3660 s/,
  ],
  [
    'a gate that looks at no gate',
    '        rollout,\n        deploy,',
    '        rollout,\n        migrate,',
    /rollout: looks whether migrate has passed, and deploy is the gate before it/,
  ],
  [
    'a gate of another name',
    '      - smoke\n      - rollout',
    '      - smoked\n      - rollout',
    /smoke: notes that smoked has passed, which is another step/,
  ],
  [
    'a way back that looks at another gate',
    'roll-back.sh,\n        smoke,',
    'roll-back.sh,\n        rollout,',
    /roll-back: looks whether rollout has passed, and smoke is the last gate/,
  ],
  ['too little time in all', 'timeout: 18000s', 'timeout: 9000s', /the steps may take \d+s/],
]

test.each(SLIPS)('names %s', (_what, right, wrong, said) => {
  expect(TEXT).toContain(right)
  expect(findBuildFaults(parse(TEXT.replace(right, wrong))).join('\n')).toMatch(said)
})

/** The steps that a step waits for, and those that these wait for. */
function before(steps: readonly Step[], name: string): string[] {
  const ids = new Set<string>()
  const gather = (step: string): void => {
    for (const id of steps.find(({ id }) => id === step)?.waitFor ?? []) {
      if (id === '-' || ids.has(id)) continue
      ids.add(id)
      gather(id)
    }
  }
  gather(name)
  return [...ids].sort()
}

test('changes nothing that runs before everything is tested and scanned', () => {
  expect(before(build.steps, 'migrate')).toEqual(
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

/** What each of these does rests on what the one before it has done. */
const ORDER = ['migrate', 'deploy', 'rollout', 'smoke', 'roll-back', 'verdict']
const overtaken = (steps: readonly Step[]) =>
  ORDER.slice(1).filter((name, index) => !before(steps, name).includes(ORDER[index] ?? ''))

test('migrates, deploys, waits, tries, and takes back, in this order', () => {
  expect(overtaken(build.steps)).toEqual([])
  const slipped = parse(TEXT.replace('waitFor: [migrate]', 'waitFor: [record]')) as Build
  expect(overtaken(slipped.steps)).toEqual(['deploy'])
  const without = build.steps.filter(({ id }) => id !== 'roll-back')
  expect(overtaken(without)).toContain('roll-back')
})

/** Minutes that the steps of each row of the table in docs/deploy.md may take, after those of the rows before it. */
function minutesOfRows(document: string): (readonly [written: number, counted: number])[] {
  const ends = new Map<string, number>()
  for (const { id, waitFor, timeout } of build.steps)
    ends.set(id, Math.max(0, ...waitFor.map(name => ends.get(name) ?? 0)) + Number.parseInt(timeout, 10))
  let begin = 0
  return [...document.matchAll(/^\| ([a-z, -]+) \| (\d+) min \|/gm)].map(([, list = '', minutes]) => {
    const ids = build.steps.map(({ id }) => id).filter(id => new RegExp(`\\b${id}\\b`).test(list))
    const end = Math.max(begin, ...ids.map(id => ends.get(id) ?? 0))
    const counted = Math.ceil((end - begin) / 60)
    begin = end
    return [Number(minutes), counted] as const
  })
}

test('docs/deploy.md says how long the steps may take', () => {
  const rows = minutesOfRows(read('docs/deploy.md'))
  expect(rows).toHaveLength(5)
  expect(rows.filter(([written, counted]) => written !== counted)).toEqual([])
  const slipped = minutesOfRows(read('docs/deploy.md').replace('| migrate | 61 min', '| migrate | 15 min'))
  expect(slipped.filter(([written, counted]) => written !== counted)).toEqual([[15, 61]])
})

/** Of what the steps need, what a list of ignored files keeps from being sent. */
function unsent(ignored: string): string[] {
  const needed = [
    'functions',
    'lib',
    'knative',
    'terraform',
    'tests',
    'loadgen',
    'docs',
    'package.json',
    'package-lock.json',
    '.npmrc',
  ]
  const lines = ignored.split('\n').map(line => line.trim().replace(/^\/|\/(\*\*?)?$/g, ''))
  return needed.filter(name => lines.includes(name))
}

test('sends the build what its steps need', () => {
  expect(unsent(`${read('.gcloudignore')}\n${read('.gitignore')}`)).toEqual([])
  expect(unsent('node_modules\n/knative/\ndocs\n')).toEqual(['knative', 'docs'])
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
