import { afterEach, expect, test } from '@jest/globals'
import { parseFlags, USAGE } from '../../../../knative/local/pubsub/flags.ts'
import { closeAll, until } from './support/fixture.ts'
import { runMain } from './support/process.ts'

afterEach(closeAll)

const DEFAULTS = { port: 0, adminPort: 0, maxPushWindow: 1_000, pushSlowStart: true, pushBackoff: true }

test.each([
  [[], DEFAULTS],
  [['--port', '8085', '--admin-port=65535'], { ...DEFAULTS, port: 8_085, adminPort: 65_535 }],
  [['--max-push-window', '3000'], { ...DEFAULTS, maxPushWindow: 3_000 }],
  [['--max-push-window', '1'], { ...DEFAULTS, maxPushWindow: 1 }],
  [['--no-push-slow-start'], { ...DEFAULTS, pushSlowStart: false }],
  [['--no-push-backoff'], { ...DEFAULTS, pushBackoff: false }],
  [
    ['--issuer', 'https://a.example', '--signing-key', 'k'],
    { ...DEFAULTS, issuer: 'https://a.example', signingKeyFile: 'k' },
  ],
])('the command line %j is understood', (args, expected) => {
  expect(parseFlags(args)).toEqual(expected)
})

test.each([
  ['--port is not a number from 0 to 65535: x', ['--port', 'x']],
  ['--port is not a number from 0 to 65535: ', ['--port', '']],
  ['--port is not a number from 0 to 65535: 1e3', ['--port', '1e3']],
  ['--port is not a number from 0 to 65535: -1', ['--port=-1']],
  ['--admin-port is not a number from 0 to 65535: 65536', ['--admin-port', '65536']],
  ['--max-push-window is not a number from 1 to 3000: 0', ['--max-push-window', '0']],
  ['--max-push-window is not a number from 1 to 3000: 3001', ['--max-push-window', '3001']],
  ['--issuer is not a URL: me', ['--issuer', 'me']],
  ["Unknown option '--prot'", ['--prot', '1']],
  ["Option '--no-push-backoff' does not take an argument", ['--no-push-backoff=yes']],
  ['Unexpected argument', ['8085']],
])('a bad command line is refused with "%s"', (message, args) => {
  expect(() => parseFlags(args)).toThrow(message)
})

test('the process ends with 2 at a bad command line, and says what is wrong and what is right', async () => {
  const { exited, closed, errors } = runMain('--port', 'x')
  expect(await exited).toEqual([2, null])
  await closed
  expect(errors()).toBe(`--port is not a number from 0 to 65535: x\n${USAGE}\n`)
})

test('the process says on stderr what was switched off', async () => {
  const { firstLine, errors } = runMain('--no-push-slow-start', '--no-push-backoff')
  const { adminUrl } = await firstLine()
  await until(async () => errors().endsWith('\n'))
  expect(errors()).toBe('Switched off, unlike in the service: push back-off, push slow start.\n')
  const page = (await (await fetch(adminUrl)).json()) as { switchedOff: string[] }
  expect(page.switchedOff).toEqual(['push back-off', 'push slow start'])
})

test('the process says nothing on stderr when nothing was switched off', async () => {
  const { child, closed, firstLine, errors } = runMain()
  await firstLine()
  child.kill('SIGTERM')
  await closed
  expect(errors()).toBe('')
})
