import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exportJWK, generateKeyPair } from 'jose'
import { freePort } from './engines/free-port.ts'
import { type Child, startChild } from './serving/child.ts'

const MAIN = fileURLToPath(new URL('./pubsub/main.ts', import.meta.url))
export const PUSH_SERVICE_ACCOUNT = 'settle-push@settle.iam.gserviceaccount.com'

/** Pub/Sub as a process of its own, which can be killed and started again, empty, at the same addresses. */
export type PubsubProcess = {
  /** For PUBSUB_EMULATOR_HOST. */
  readonly host: string
  readonly adminUrl: string
  readonly issuer: string
  readonly jwksUrl: string
  readonly pushServiceAccount: string
  /** Of the process that was started last. */
  readonly pid: number | undefined
  /** An OIDC token of the push service account. */
  token(audience: string): Promise<string>
  start(): Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Prepares Pub/Sub on free ports; its key is kept in the folder, so that tokens outlive a restart. */
export async function preparePubsub(folder: string): Promise<PubsubProcess> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const keyFile = join(folder, 'push-key.json')
  if (!existsSync(keyFile)) await writeSigningKey(keyFile)
  const args = [MAIN, '--port', `${port}`, '--admin-port', `${adminPort}`, '--signing-key', keyFile]
  let child: Child | undefined
  return {
    host: `127.0.0.1:${port}`,
    adminUrl,
    issuer: adminUrl,
    jwksUrl: `${adminUrl}/jwks`,
    pushServiceAccount: PUSH_SERVICE_ACCOUNT,
    get pid() {
      return child?.pid
    },
    token: audience => requestToken(adminUrl, audience),
    start: async () => {
      const logFile = join(folder, 'pubsub.log')
      child = await startChild({ args, logFile, isReady: () => answers(`${adminUrl}/jwks`) })
    },
    stop: async () => await child?.stop(),
    kill: async () => await child?.kill(),
  }
}

/** Writes a new key that push tokens are signed with. */
export async function writeSigningKey(file: string): Promise<void> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  await writeFile(file, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 })
}

/** Asks the emulator for an OIDC token, of the push service account unless another is named. */
export async function requestToken(
  adminUrl: string,
  audience: string,
  email = PUSH_SERVICE_ACCOUNT,
): Promise<string> {
  const response = await fetch(`${adminUrl}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ audience, email }),
  })
  const { token } = (await response.json()) as { token: string }
  return token
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    response => response.ok,
    () => false,
  )
}
