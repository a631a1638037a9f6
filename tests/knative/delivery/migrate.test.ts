import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

const looks = () => folder.calls().filter(call => call.startsWith('kubectl get job')).length

const DIGEST = `registry/settle@sha256:${'a'.repeat(64)}`

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
  await folder.write('image', DIGEST)
  await folder.standIn('sleep', '')
})
afterEach(() => folder.remove())

/** A kubectl whose Job has these conditions, one after another as it is asked; the last one stays. */
async function jobThatBecomes(...states: readonly string[]): Promise<void> {
  await folder.write('states', states.map(state => `${state}\n`).join(''))
  await folder.standIn(
    'kubectl',
    `case "$1 $2" in
  'set image') echo 'kind: Job' ;;
  'set serviceaccount') cat; echo 'account: migrate' ;;
  'apply '*) cat >"$FOLDER/applied" ;;
  'get job') head -n 1 "$FOLDER/states"
    if [ "$(wc -l <"$FOLDER/states")" -gt 1 ]; then sed -i 1d "$FOLDER/states"; fi ;;
  'logs '*) echo 'the log' ;;
esac`,
  )
}

test('runs the Job with the image, and shows its log once it is complete', async () => {
  await jobThatBecomes('', 'SuccessCriteriaMet Complete')
  expect(folder.run('migrate.sh', ['image', '60'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('the log'),
  })
  expect(folder.read('applied')).toBe('kind: Job\naccount: migrate\n')
  expect(folder.calls()[0]).toMatch(/^kubectl delete job migrate /)
  expect(folder.calls()[1]).toContain(`*=${DIGEST}`)
})

test('fails with a Job that failed, at once and with its log', async () => {
  await jobThatBecomes('FailureTarget Failed')
  expect(folder.run('migrate.sh', ['image', '600'])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('the log'),
  })
  expect(looks()).toBe(1)
})

test('fails with a Job that is not done in time', async () => {
  await jobThatBecomes('')
  const { code, errors } = folder.run('migrate.sh', ['image', '0'])
  expect(code).toBe(1)
  expect(errors).toContain('not done after 0 s')
  expect(looks()).toBe(1)
})

test('goes no further when the Job cannot be made', async () => {
  await folder.standIn('kubectl', 'case "$1" in set) exit 1 ;; esac')
  expect(folder.run('migrate.sh', ['image', '60']).code).toBe(1)
  expect(folder.calls().some(call => call.startsWith('kubectl apply'))).toBe(false)
})
