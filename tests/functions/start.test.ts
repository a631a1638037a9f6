import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { knownFunctions } from '../../knative/local/check/manifests/known-functions.ts'
import { readManifests } from '../../knative/local/serving/manifest.ts'

const ENTRY = fileURLToPath(new URL('../../functions/start.ts', import.meta.url))

function start(env: Record<string, string>): { status: number | null; stderr: string } {
  const flags = ['--disable-warning=ExperimentalWarning', ENTRY]
  const { status, stderr } = spawnSync(process.execPath, flags, { env, encoding: 'utf8', timeout: 20_000 })
  return { status, stderr }
}

test.each(readManifests())(
  '$name refuses to start half configured, and names all that is missing',
  ({ name }) => {
    const { status, stderr } = start({ FUNCTION_TARGET: name })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^configuration: .*MYSQL_URL is not set/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  },
)

test('a function that takes pushes refuses to start without knowing whose', () => {
  const env = { MYSQL_URL: 'mysql://h/d', REDIS_URL: 'redis://h', PUBSUB_PROJECT_ID: 'p', PORT: '0' }
  const { status, stderr } = start({
    ...env,
    FUNCTION_TARGET: 'worker',
    PUSH_ISSUER: 'https://accounts.google.com',
  })
  expect(status).toBe(2)
  for (const name of ['PUSH_JWKS_URL', 'PUSH_AUDIENCE', 'PUSH_SERVICE_ACCOUNT'])
    expect(stderr).toContain(name)
})

/** Those that answer callers; the migration and the worker do not. */
const facingCallers = [...(await knownFunctions())].flatMap(([name, { variables }]) =>
  variables.has('CALLER_ISSUER') ? [name] : [],
)

test.each(facingCallers)('%s refuses to start without knowing whose callers it is to believe', name => {
  const push = {
    PUSH_ISSUER: 'i',
    PUSH_JWKS_URL: 'https://k',
    PUSH_AUDIENCE: 'a',
    PUSH_SERVICE_ACCOUNT: 's',
  }
  const engines = { MYSQL_URL: 'mysql://h/d', REDIS_URL: 'redis://h', PUBSUB_PROJECT_ID: 'p' }
  const env = { ...engines, ...push, FUNCTION_TARGET: name, PORT: '0', CALLER_ISSUER: 'i' }
  const { status, stderr } = start({ ...env, CALLER_JWKS_URL: 'not an address', CALLER_AUDIENCE: '' })
  expect(status).toBe(2)
  expect(stderr).toMatch(/CALLER_JWKS_URL must be an address .*CALLER_AUDIENCE is not set/)
  expect(stderr).not.toMatch(/PUSH|MYSQL_URL|CALLER_ISSUER/)
})

test.each(['', 'nowhere', '../lib', 'worker/index.ts'])('refuses FUNCTION_TARGET %p', target => {
  const { status, stderr } = start({ FUNCTION_TARGET: target })
  expect(status).toBe(2)
  expect(stderr).toContain('FUNCTION_TARGET')
})
