import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
  await folder.standIn('sleep', '')
})
afterEach(() => folder.remove())

const tries = () => folder.calls().filter(call => call.startsWith('docker exec settle-mysql')).length

test('waits until both engines answer', async () => {
  await folder.write('refusals', '..')
  // Answers the third time it is asked.
  const answers = `if [ "$1" = exec ] && [ -s "$FOLDER/refusals" ]; then
  printf %s "$(cut -c 2- "$FOLDER/refusals")" >"$FOLDER/refusals"; exit 1; fi`
  await folder.standIn('docker', answers)
  expect(folder.run('engines.sh', ['up', 'cloudbuild']).code).toBe(0)
  expect(tries()).toBe(3)
  expect(folder.calls().filter(call => / run .*--network cloudbuild /.test(call))).toHaveLength(2)
})

test('gives up on an engine that does not answer, with the end of its log', async () => {
  await folder.standIn('docker', 'if [ "$1" = logs ]; then echo "no space left"; fi; [ "$1" != exec ]')
  const { code, errors } = folder.run('engines.sh', ['up', 'cloudbuild'])
  expect(code).toBe(1)
  expect(errors).toBe('no space left\nsettle-mysql does not answer\n')
  expect(tries()).toBe(60)
})

test('ends what it has started, and nothing else', async () => {
  await folder.standIn('docker', '')
  expect(folder.run('engines.sh', ['down', 'cloudbuild']).code).toBe(0)
  expect(folder.calls()).toEqual(['docker rm --force --volumes settle-mysql settle-redis'])
})
