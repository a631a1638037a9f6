import { readFileSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { NOT_JUDGED, runSteps, type Step } from '../../../../knative/local/check/run-steps.ts'
import type { Build } from '../../../support/cloud-build/build.ts'
import { ownFolder } from '../../../support/private-engines.ts'
import { stepOf } from './broken-copy.ts'
import { advisoryOf, answerJson, StandInRegistry } from './stand-in-registry.ts'

// npm takes a second to start, and much more on a machine that has other things to do.
jest.setTimeout(120_000)

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await ownFolder('audit')
  const manifest = { name: 'audited', version: '1.0.0', dependencies: { two: '1.0.0' } }
  const packages = {
    '': manifest,
    'node_modules/two': { version: '1.0.0', dependencies: { one: '^1.0.0' } },
    'node_modules/one': { version: '1.0.0', dev: true, optional: true },
  }
  await symlink(join(ROOT, 'knative'), join(folder, 'knative'))
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
  )
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

type Asked = { readonly args?: readonly string[]; readonly env?: Step['env']; readonly seconds?: string }

/** The step on two packages and this registry. */
async function check(registry: string, asked: Asked = {}): Promise<{ code: number; said: string }> {
  const step = stepOf('known faults of packages', asked.args)
  const command = step.command.with(-1, asked.seconds ?? '60') as [string, ...string[]]
  // A cache of its own: npm keeps what it was told of an advisory.
  const env = { ...asked.env, npm_config_registry: registry, npm_config_cache: join(folder, 'npm') }
  let said = ''
  const code = await runSteps([{ ...step, command, env }], folder, line => {
    said += `${line}\n`
  })
  return { code, said: said.replaceAll(/\d+\.\d s/g, 'T') }
}

async function checkWith(answer: RequestListener, asked: Asked = {}) {
  const registry = new StandInRegistry(answer)
  try {
    const checked = await check(await registry.listen(), asked)
    return { ...checked, asked: registry.asked }
  } finally {
    await registry.close()
  }
}

test.each(['low', 'moderate'])('passes where no fault is known, or none above %s', async severity => {
  const passed = {
    code: 0,
    said: 'ok  known faults of packages (T)\n',
    asked: [{ one: ['1.0.0'], two: ['1.0.0'] }],
  }
  expect(await checkWith(answerJson({}))).toEqual(passed)
  expect(await checkWith(answerJson(advisoryOf(severity)))).toEqual(passed)
})

test.each(['high', 'critical'])(
  'fails where a fault is known that is %s, and says of which package',
  async severity => {
    const { code, said } = await checkWith(answerJson(advisoryOf(severity)))
    expect(code).toBe(1)
    expect(said).toContain(
      `package-lock.json: one 1.0.0: ${severity}: Takes what it is not given (https://github.com/advisories/GHSA-none).`,
    )
    expect(said).toContain(`package-lock.json: two 1.0.0: ${severity}: from one. Take two 2.0.0.`)
  },
)

test('asks whatever npm is told to leave out, and to stay offline', async () => {
  const env = {
    NODE_ENV: 'production',
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_omit: 'optional',
  }
  const { code, asked } = await checkWith(answerJson(advisoryOf('high')), { env })
  expect(asked).toEqual([{ one: ['1.0.0'], two: ['1.0.0'] }])
  expect(code).toBe(1)
})

const refuse: RequestListener = (_request, response) => response.writeHead(405).end()
const babble: RequestListener = (_request, response) => response.end('<html>Welcome to our hotel</html>')
const silence: RequestListener = () => {}

// How a registry says nothing of faults, and what is said of that.
const SILENCES: readonly [string, () => ReturnType<typeof check>, RegExp][] = [
  ['one that answers 405', () => checkWith(refuse), /405 Method Not Allowed/],
  ['one that is not there', () => check('http://127.0.0.1:1'), /ECONNREFUSED/],
  ['one that never answers', () => checkWith(silence, { seconds: '1' }), /no answer within 1 s/],
  ['a page before the network', () => checkWith(babble), /not valid JSON|Unexpected token|invalid json/i],
  ['no npm', () => check('http://127.0.0.1:1', { env: { PATH: folder, npm_execpath: '' } }), /ENOENT/],
]

test.each(SILENCES)('at a desk %s is told, and is no failure', async (_, ask, why) => {
  const { code, said } = await ask()
  expect(said).toMatch(
    /^- {2}known faults of packages: not judged: the npm registry does not answer "npm audit" \(/,
  )
  expect(said).toMatch(why)
  expect(code).toBe(0)
})

test('where the audit is required a registry that does not answer is a failure', async () => {
  const { code, said } = await checkWith(refuse, { args: ['--require-audit'] })
  expect(said).toMatch(/^the npm registry does not answer "npm audit" \(405 /)
  expect(said).toContain('FAILED  known faults of packages (T)')
  expect(code).toBe(1)
})

test('the build requires it, before anything is built', () => {
  const { steps } = parse(readFileSync(join(ROOT, 'cloudbuild.yaml'), 'utf8')) as Build
  expect(steps.find(({ id }) => id === 'check')?.args).toEqual(['run', 'check', '--', '--require-audit'])
})

test('only a step that may go unjudged does', async () => {
  const unjudged: Step = { title: 'odd', command: [process.execPath, '-e', `process.exit(${NOT_JUDGED})`] }
  expect(await runSteps([unjudged], folder, () => {})).toBe(1)
})
