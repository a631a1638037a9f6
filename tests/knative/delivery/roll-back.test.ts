import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type DeliveryFolder, deliveryFolder } from '../../support/cloud-build/delivery-folder.ts'

const OLD = `registry/settle@sha256:${'0'.repeat(64)}`
const NEW = `registry/settle@sha256:${'1'.repeat(64)}`

let folder: DeliveryFolder
beforeEach(async () => {
  folder = await deliveryFolder()
  await folder.write('.local/delivery/image', `${NEW}\n`)
  // A cluster is a file with the image of each function, a Terraform that writes it, and a kubectl that reads it.
  await folder.standIn('terraform', DEPLOYS)
  await folder.standIn('kubectl', READS)
})
afterEach(() => folder.remove())

const DEPLOYS = `case "$*" in *apply*) for a; do case $a in -var=image=*) i=\${a#-var=image=}; esac; done
  printf '%s\\n%s\\n' "$i" "$i" >"$FOLDER/cluster" ;; esac`
const READS = 'case "$1" in get) cat "$FOLDER/cluster" ;; esac'

/** The steps of cloudbuild.yaml from the record on, each as it stands there; what the smoke test ends with. */
function deliver(smoke: 'true' | 'false'): (number | null)[] {
  const image = '.local/delivery/image'
  const before = '.local/delivery/before'
  const scripts = new URL('../../../knative/delivery/', import.meta.url).pathname
  return [
    folder.run('record-running.sh', [before]),
    folder.run('gate.sh', ['deploy', '-', `${scripts}deploy.sh`, image, 'bucket', 'production.tfvars']),
    folder.run('gate.sh', ['rollout', 'deploy', `${scripts}await-rollout.sh`, image, '60']),
    folder.run('gate.sh', ['smoke', 'rollout', smoke]),
    folder.run('gate.sh', [
      'roll-back',
      '-',
      `${scripts}roll-back.sh`,
      'smoke',
      before,
      'bucket',
      'production.tfvars',
    ]),
    folder.run('verdict.sh', ['smoke', before, '60']),
  ].map(({ code }) => code)
}

test('leaves what passed its smoke test where it is', async () => {
  await folder.write('cluster', `${OLD}\n${OLD}\n`)
  expect(deliver('true')).toEqual([0, 0, 0, 0, 0, 0])
  expect(folder.read('cluster')).toBe(`${NEW}\n${NEW}\n`)
})

test('puts the image from before back after a smoke test that failed, and fails', async () => {
  await folder.write('cluster', `${OLD}\n${OLD}\n`)
  expect(deliver('false')).toEqual([0, 0, 0, 1, 0, 1])
  expect(folder.read('cluster')).toBe(`${OLD}\n${OLD}\n`)
})

test('puts it back after a rollout that did not end, and leaves the smoke test out', async () => {
  await folder.write('cluster', `${OLD}\n${OLD}\n`)
  // Revisions of the new image never become ready.
  await folder.standIn('kubectl', `${READS}; if [ "$1" = wait ]; then ! grep -q ${NEW} "$FOLDER/cluster"; fi`)
  expect(deliver('true')).toEqual([0, 0, 1, 1, 0, 1])
  expect(folder.read('cluster')).toBe(`${OLD}\n${OLD}\n`)
})

test('puts it back after an apply that broke off half way', async () => {
  await folder.write('cluster', `${OLD}\n${OLD}\n`)
  const breaks = `case "$*" in *apply*${NEW}*) printf '%s\\n%s\\n' ${NEW} ${OLD} >"$FOLDER/cluster"; exit 1 ;; esac`
  await folder.standIn('terraform', `${breaks}; ${DEPLOYS}`)
  expect(deliver('true')).toEqual([0, 1, 1, 1, 0, 1])
  expect(folder.read('cluster')).toBe(`${OLD}\n${OLD}\n`)
})

test('says so when the way back fails too', async () => {
  await folder.write('cluster', `${OLD}\n${OLD}\n`)
  await folder.standIn('terraform', `case "$*" in *apply*${OLD}*) exit 1 ;; esac; ${DEPLOYS}`)
  expect(deliver('false')).toEqual([0, 0, 0, 1, 1, 1])
  expect(folder.run('verdict.sh', ['smoke', '.local/delivery/before', '60']).errors).toContain(
    'NOT taken back',
  )
})

test('has nothing to go back to at the first deployment, and still fails', async () => {
  await folder.write('cluster', '')
  expect(deliver('false')).toEqual([0, 0, 0, 1, 0, 1])
  expect(folder.calls().filter(call => call.includes('apply'))).toHaveLength(1)
})

test('does not take an earlier pass for this one', async () => {
  await folder.write('cluster', `${OLD}\n`)
  expect(deliver('true').at(-1)).toBe(0)
  await folder.write('.local/delivery/image', `registry/settle@sha256:${'2'.repeat(64)}\n`)
  await folder.standIn('kubectl', `${READS}; if [ "$1" = wait ]; then exit 1; fi`)
  expect(deliver('true')).toEqual([0, 0, 1, 1, 0, 1])
})

test('does not begin while the functions run several images', async () => {
  await folder.write('cluster', `${OLD}\n${NEW}\n`)
  expect(folder.run('record-running.sh', ['.local/delivery/before'])).toMatchObject({
    code: 1,
    errors: expect.stringContaining(`${OLD}\n${NEW}`),
  })
})

test('does not take a cluster that cannot be asked for an empty one', async () => {
  await folder.standIn('kubectl', 'exit 1')
  expect(folder.run('record-running.sh', ['.local/delivery/before']).code).toBe(1)
  expect(folder.has('.local/delivery/before')).toBe(false)
})

test('deploys digests only', async () => {
  await folder.write('image', 'registry/settle:7')
  expect(folder.run('deploy.sh', ['image', 'bucket', 'production.tfvars']).code).toBe(1)
  expect(folder.calls()).toEqual([])
})

test('gives Terraform the signal that ends a deployment', async () => {
  await folder.write('cluster', `${OLD}\n`)
  // A Terraform that ends in order, as it does to give the lock back, if it is told to.
  await folder.standIn(
    'terraform',
    `trap 'echo in order >"$FOLDER/ended"; exit 1' TERM
case "$*" in *apply*) for i in $(seq 100); do sleep 0.1; done ;; esac`,
  )
  const scripts = new URL('../../../knative/delivery/', import.meta.url).pathname
  // As that of Terraform's image does, it tells the process that it started, and none that this one started.
  const args = [
    '--foreground',
    '1',
    `${scripts}deploy.sh`,
    '.local/delivery/image',
    'bucket',
    'production.tfvars',
  ]
  expect(folder.run('gate.sh', ['deploy', '-', 'timeout', ...args]).code).not.toBe(0)
  expect(folder.read('ended')).toBe('in order\n')
})
