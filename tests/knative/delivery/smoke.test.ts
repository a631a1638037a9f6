import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
})
afterEach(() => folder.remove())

// The client as far as smoke.sh asks it; what a transfer ends with, and what is then on the second account.
const client = (waits: string, balance: string) => `shift 4
case "$1 $2" in
  'transfer '*) exit 1 ;;
  'wait smoke-7') ${waits} ;;
  'balance smoke-7-a') printf '{\\n  "balance": 0.75,\\n}\\n' ;;
  'balance smoke-7-b') printf '{\\n  "balance": ${balance},\\n}\\n' ;;
esac`
const smoke = () => folder.run('smoke.sh', ['https://api.example.com', '7', 'USD'], { SETTLE_TOKEN: 't' })

test('passes once the transfer is decided, and takes everything back', async () => {
  await folder.standIn('npm', client('exit 0', '0.25'))
  expect(smoke().code).toBe(0)
  const commands = folder.calls().map(call => call.split(' ')[5])
  expect(commands).toEqual([
    'user',
    'open',
    'open',
    'transfer',
    'wait',
    'balance',
    'balance',
    'reverse',
    'wait',
    'withdraw',
    'wait',
    'close',
    'close',
  ])
})

test('fails if the transfer is not COMPLETED', async () => {
  await folder.standIn('npm', client('exit 1', '0.25'))
  expect(smoke().code).toBe(1)
})

test('fails if the money did not arrive', async () => {
  await folder.standIn('npm', client('exit 0', '0.00'))
  expect(smoke()).toMatchObject({ code: 1, errors: expect.stringContaining('smoke-7-b has not 0.25') })
})

test('sends the secret of its client by standard input, and prints the token alone', async () => {
  await folder.standIn('curl', 'cat >"$FOLDER/secret"; echo \'{"access_token":"abc.def","expires_in":60}\'')
  const args = ['https://identity.example.com/token', 'settle-smoke', 'settle']
  expect(folder.run('fetch-token.sh', args, { SETTLE_CLIENT_SECRET: 's3cret' })).toMatchObject({
    code: 0,
    output: 'abc.def\n',
  })
  expect(folder.read('secret')).toBe('s3cret')
  expect(folder.calls().join()).not.toContain('s3cret')
})

test.each([
  ['an error', 'exit 22'],
  ['no token', 'cat >/dev/null; echo {}'],
  ['no JSON', 'cat >/dev/null; echo "<html>"'],
])('fails if the identity provider answers %s', async (_what, body) => {
  await folder.standIn('curl', body)
  const args = ['https://identity.example.com/token', 'settle-smoke', 'settle']
  expect(folder.run('fetch-token.sh', args, { SETTLE_CLIENT_SECRET: 's' }).code).not.toBe(0)
})
