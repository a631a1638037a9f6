import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

const IMAGE = 'europe-west1-docker.pkg.dev/p/settle/settle'
const DIGEST = `${IMAGE}@sha256:${'a'.repeat(64)}`

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
})
afterEach(() => folder.remove())

test('notes the digest of the image that was pushed', async () => {
  await folder.standIn('docker', `if [ "$1" = inspect ]; then echo ${DIGEST}; fi`)
  expect(folder.run('build-image.sh', [`${IMAGE}:7`, 'c0ffee'])).toMatchObject({
    code: 0,
    output: `${DIGEST}\n`,
  })
  expect(folder.read('.local/delivery/image')).toBe(`${DIGEST}\n`)
  expect(folder.calls().map(call => call.split(' ')[1])).toEqual(['build', 'push', 'inspect'])
})

test('notes no image that could not be pushed', async () => {
  // Of an earlier push there is a digest all the same.
  await folder.standIn('docker', `if [ "$1" = push ]; then exit 1; fi; echo ${DIGEST}`)
  expect(folder.run('build-image.sh', [`${IMAGE}:7`, 'c0ffee']).code).toBe(1)
  expect(folder.has('.local/delivery/image')).toBe(false)
})

test('notes no image without a digest', async () => {
  await folder.standIn('docker', `if [ "$1" = inspect ]; then echo ${IMAGE}:7; fi`)
  expect(folder.run('build-image.sh', [`${IMAGE}:7`, 'c0ffee']).code).toBe(1)
  expect(folder.has('.local/delivery/image')).toBe(false)
})

/** A gcloud whose scan has these states, one after another as it is asked, and that lists these. */
async function scanThatFinds(lines: readonly string[], ...states: readonly string[]): Promise<void> {
  await folder.standIn('sleep', '')
  await folder.write('image', DIGEST)
  await folder.write('found', lines.map(line => `${line}\n`).join(''))
  await folder.write('states', [...states, 'FINISHED_SUCCESS'].map(state => `${state}\n`).join(''))
  const body = `case "$*" in
  *'vulnerabilities list'*) cat "$FOLDER/found" ;;
  *'images describe'*) head -n 1 "$FOLDER/states"; sed -i 1d "$FOLDER/states" ;;
esac`
  await folder.standIn('gcloud', body)
}
const scan = () => folder.run('scan.sh', ['image', '60'])

test.each([
  ['none', [], 0],
  ['what is medium or less', ['MEDIUM CVE-2026-1', 'LOW CVE-2026-2', 'MINIMAL CVE-2026-3'], 0],
  ['what is high', ['LOW CVE-2026-1', 'HIGH CVE-2026-2'], 1],
  ['what is critical, however many follow', ['CRITICAL CVE-2026-1', 'LOW CVE-2026-2'], 1],
])('scanning finds %s', async (_what, lines, code) => {
  await scanThatFinds(lines)
  expect(scan().code).toBe(code)
  expect(folder.calls().filter(call => call.includes(DIGEST))).toHaveLength(2)
})

test('names each vulnerability for which it refuses an image', async () => {
  await scanThatFinds(['HIGH CVE-2026-2', 'CRITICAL CVE-2026-3', 'LOW CVE-2026-4'])
  expect(scan().errors).toBe('HIGH CVE-2026-2\nCRITICAL CVE-2026-3\n')
})

test('waits for the scan to end', async () => {
  await scanThatFinds(['HIGH CVE-2026-2'], '', 'PENDING', 'SCANNING')
  expect(scan().code).toBe(1)
  expect(folder.calls().filter(call => call.includes('images describe'))).toHaveLength(4)
})

test.each(['FINISHED_FAILED', 'FINISHED_UNSUPPORTED'])('takes %s for no clean bill', async state => {
  await scanThatFinds([], state)
  expect(scan()).toMatchObject({ code: 1, errors: expect.stringContaining(state) })
})

test('takes a scan that does not end in time for no clean bill', async () => {
  await scanThatFinds([], ...Array(20).fill('SCANNING'))
  expect(scan()).toMatchObject({ code: 1, errors: expect.stringContaining('after 60 s: SCANNING') })
})

test('takes a cloud that cannot be asked for no clean bill', async () => {
  await scanThatFinds([])
  await folder.standIn('gcloud', 'case "$*" in *list*) exit 1 ;; *) echo FINISHED_SUCCESS ;; esac')
  expect(scan().code).toBe(1)
  await folder.standIn('gcloud', 'exit 1')
  expect(scan().code).toBe(1)
})

test('exports the bill of materials of the digest', async () => {
  await folder.write('image', DIGEST)
  await folder.standIn('gcloud', '')
  expect(folder.run('sbom.sh', ['image']).code).toBe(0)
  expect(folder.calls()).toEqual([`gcloud artifacts sbom export --uri=${DIGEST}`])
})
