import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../knative/local/engines/free-port.ts'
import { startChild } from '../../knative/local/serving/child.ts'
import type { PushSummary } from './push-record.ts'

const PROCESS = fileURLToPath(new URL('./endpoint-process.ts', import.meta.url))

/** Where pushes go; a name stands for one subscription. */
export type Endpoint = {
  url(name: string): string
  summary(name: string): Promise<PushSummary>
  close(): Promise<void>
}

/** Starts the endpoint's process, which ends with this one. */
export async function startEndpoint(): Promise<Endpoint> {
  const port = await freePort()
  const url = (name: string) => `http://127.0.0.1:${port}/${name}`
  const folder = await mkdtemp(join(tmpdir(), 'settle-endpoint-'))
  const isReady = () =>
    fetch(url('ready')).then(
      ({ ok }) => ok,
      () => false,
    )
  const child = await startChild({ args: [PROCESS, `${port}`], logFile: join(folder, 'log'), isReady })
  return {
    url,
    summary: async name => (await (await fetch(url(name))).json()) as PushSummary,
    close: async () => {
      await child.stop()
      await rm(folder, { recursive: true })
    },
  }
}
