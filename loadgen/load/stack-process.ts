import { startOwnStack } from '../service/take-stack.ts'
import type { ScaledFunctions, StackReady } from './load-stack.ts'

/*
 * The process of a stack that is a load's own: says where it is, how a function stands when it is asked, and ends the stack
 * when the command is done with it, or gone.
 */
const gone = new Promise<void>(resolve => process.once('disconnect', resolve))
const onStep = (step: string) => process.connected && process.send?.({ step })
const [scaled] = process.argv.slice(2)
const stack = scaled === undefined ? await startOwnStack(onStep) : await startScaled(JSON.parse(scaled))
const { url, token, pubsub, statusUrl, engines } = stack
if (process.connected) process.send?.({ url, token, pubsub, statusUrl, ...engines } satisfies StackReady)
await gone
await stack.close()

async function startScaled({ manifests, watched }: ScaledFunctions) {
  const own = await startOwnStack(onStep, { manifests, autoscaling: {} })
  process.on('message', () => process.connected && process.send?.({ state: own.pools.get(watched)?.state }))
  return own
}
