import { takeStack } from '../replay/replay-stack.ts'
import type { StackReady } from './load-stack.ts'

/*
 * The process of a stack that is a load's own: says where it is, and ends it when the command is done with it, or gone.
 */
const gone = new Promise<void>(resolve => process.once('disconnect', resolve))
const stack = await takeStack(step => process.connected && process.send?.({ step }))
const { url, token, pubsub, statusUrl, engines } = stack
if (engines !== undefined && process.connected)
  process.send?.({ url, token, pubsub, statusUrl, ...engines } satisfies StackReady)
await gone
await stack.close()
