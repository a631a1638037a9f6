import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { findOfficialEmulator, officialEmulatorVersion } from '../../loadgen/emulators/official.ts'

const folder = mkdtempSync(join(tmpdir(), 'settle-official-'))
afterAll(() => rmSync(folder, { recursive: true }))

const JAR = 'platform/pubsub-emulator/lib/cloud-pubsub-emulator-1.2.3-all.jar'
const SCRIPT = 'platform/pubsub-emulator/bin/cloud-pubsub-emulator'

function write(name: string, content = ''): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, 0o755)
  return file
}

/** An SDK as its archive unpacks, and a PATH that leads to it by a link, as a package installs it. */
function installSdk(name: string, { emulator = true, java = true } = {}) {
  const gcloud = write(`${name}/sdk/bin/gcloud`)
  const bin = dirname(write(`${name}/bin/${java ? 'java' : 'python'}`))
  symlinkSync(gcloud, join(bin, 'gcloud'))
  const jar = join(folder, name, 'sdk', JAR)
  if (emulator) write(`${name}/sdk/${JAR}`)
  return { PATH: bin, jar }
}

test('finds the jar of the SDK that gcloud on the PATH links to', async () => {
  const { PATH, jar } = installSdk('whole')
  expect(await findOfficialEmulator({ PATH })).toBe(jar)
})

test('finds nothing without gcloud, without the component, or without java', async () => {
  const { PATH: withoutJava } = installSdk('no-java', { java: false })
  const { PATH: withoutEmulator } = installSdk('no-emulator', { emulator: false })
  const withoutGcloud = dirname(write('no-gcloud/bin/java'))
  expect(await findOfficialEmulator({})).toBeUndefined()
  expect(await findOfficialEmulator({ PATH: withoutGcloud })).toBeUndefined()
  expect(await findOfficialEmulator({ PATH: withoutEmulator })).toBeUndefined()
  expect(await findOfficialEmulator({ PATH: withoutJava })).toBeUndefined()
})

test('takes a jar, a start script or a folder from the environment, instead of the SDK', async () => {
  const { PATH, jar: other } = installSdk('other')
  const script = write(`given/${SCRIPT}`)
  const jar = write(`given/${JAR}`)
  for (const given of [jar, script, dirname(dirname(script)), dirname(jar)]) {
    expect(await findOfficialEmulator({ PATH, PUBSUB_OFFICIAL_EMULATOR: given })).toBe(jar)
  }
  expect(await findOfficialEmulator({ PATH, PUBSUB_OFFICIAL_EMULATOR: '' })).toBe(other)
  const PUBSUB_OFFICIAL_EMULATOR = join(folder, 'nowhere')
  expect(await findOfficialEmulator({ PATH, PUBSUB_OFFICIAL_EMULATOR })).toBeUndefined()
})

test("takes the version from the SDK's manifest, and of a jar by itself from its name", async () => {
  const { jar } = installSdk('versioned')
  expect(await officialEmulatorVersion(jar)).toBe('1.2.3')
  const components = [{ id: 'pubsub-emulator', version: { version_string: '1.2.4' } }]
  write('versioned/sdk/.install/pubsub-emulator.snapshot.json', JSON.stringify({ components }))
  expect(await officialEmulatorVersion(jar)).toBe('1.2.4')
})
