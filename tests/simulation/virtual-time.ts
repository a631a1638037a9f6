import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import type { World } from './world.ts'

type Timer = { cancel: () => void; ref(): Timer; unref(): Timer; hasRef(): boolean }

/**
 * Puts the world's time in the place of the clock and of the timers, for the code that is simulated: a timer fires when it is
 * its turn among all that happens, and never in a process that has died. Answers how to put the real ones back.
 */
export function useVirtualTime(world: World): () => void {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    pause: timers.setTimeout,
  }
  const start = (run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): Timer => {
    const timer: Timer = {
      cancel: world.schedule(delayMs, () => run(...args)),
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
    }
    return timer
  }
  const pause = (delayMs = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const abort = () => reject(new DOMException('The operation was aborted', 'AbortError'))
      if (signal?.aborted) return abort()
      const cancel = world.schedule(delayMs, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve(value)
      })
      const onAbort = () => {
        cancel()
        abort()
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  Object.assign(globalThis, { setTimeout: start, clearTimeout: (timer?: Timer) => timer?.cancel() })
  Object.defineProperty(performance, 'now', { value: () => world.nowMs, configurable: true })
  Object.assign(timers, { setTimeout: pause })
  syncBuiltinESMExports()
  return () => {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout })
    Reflect.deleteProperty(performance, 'now')
    Object.assign(timers, { setTimeout: real.pause })
    syncBuiltinESMExports()
  }
}
