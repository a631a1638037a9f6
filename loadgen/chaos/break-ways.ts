import type { Break, Broken } from './break.ts'
import type { TcpProxy } from './tcp-proxy.ts'

const OVER: Broken = { end: async () => undefined }

/** What can happen on the way to an engine. */
export function breakWay(way: TcpProxy): Record<'cut' | 'refuse' | 'slow' | 'silence', Break> {
  return {
    cut: async () => {
      way.cut()
      return OVER
    },
    refuse: async () => {
      await way.refuse()
      way.cut()
      return { end: () => way.open() }
    },
    slow: async target => {
      way.slow(Number.parseInt(target, 10))
      return { end: async () => way.slow(0) }
    },
    silence: async () => {
      way.silence()
      return { end: async () => way.resume() }
    },
  }
}
