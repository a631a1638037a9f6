import type { Stack } from '../../knative/local/stack.ts'
import type { Break, Reconnect } from './break.ts'
import { signalProcess } from './signal-process.ts'

const SUBSCRIPTION = 'transactions-pending-to-worker'
const LATE_MILLISECONDS = 3000
const HALF = 0.5

/** What can happen to Pub/Sub, and to the messages that ring for the worker. */
export function breakBroker(
  stack: Stack,
  reconnect: Reconnect,
): Record<'kill' | 'freeze' | 'lose' | 'muddle', Break> {
  const { pubsub } = stack
  return {
    kill: async () => {
      const endedMs = performance.now()
      await pubsub.kill()
      const end = async () => {
        await pubsub.start()
        await stack.createTopology()
        await reconnect(endedMs)
      }
      return { end }
    },
    freeze: async () => {
      const { pid } = pubsub
      signalProcess(pid, 'SIGSTOP')
      return { end: async () => void signalProcess(pid, 'SIGCONT') }
    },
    lose: target => orderFault(pubsub.adminUrl, { kind: 'lose', share: target === 'half' ? HALF : 1 }),
    muddle: kind => orderFault(pubsub.adminUrl, { kind, share: HALF, delayMs: LATE_MILLISECONDS }),
  }
}

/** Orders a fault of the emulator's own. */
async function orderFault(adminUrl: string, fault: object): ReturnType<Break> {
  const body = JSON.stringify({ ...fault, target: SUBSCRIPTION })
  const response = await fetch(`${adminUrl}/faults`, { method: 'POST', body })
  if (response.status !== 201) throw new Error(`Pub/Sub refuses the fault: ${await response.text()}`)
  const { id } = (await response.json()) as { id: string }
  return { end: async () => void (await fetch(`${adminUrl}/faults/${id}`, { method: 'DELETE' })) }
}
