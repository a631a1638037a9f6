import type { Logger } from '../log/logger.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { Drainer } from './drainer.ts'
import { type ListenersConfig, type OpenListeners, openListeners } from './open-listeners.ts'
import { forget, tell } from './tell.ts'

export type DrainConfig = ListenersConfig & {
  readonly retrySeconds: number
  readonly drainBatchSize: number
}

/** Opens what draining needs: a drainer, and whom it tells. */
export function openDrain(
  config: DrainConfig,
  log: Logger,
  telemetry: Telemetry,
): OpenListeners & { readonly drainer: Drainer } {
  const opened = openListeners(config, log, telemetry)
  const { listeners } = opened
  const drainer = new Drainer({
    db: listeners.db,
    tell: (untold, told) => tell(listeners, untold, told),
    forget: outboxIds => forget(listeners, outboxIds),
    batchSize: config.drainBatchSize,
    retryMilliseconds: config.retrySeconds * 1000,
    now: listeners.now,
    telemetry,
    log,
  })
  const close = async () => {
    await drainer.end()
    await opened.close()
  }
  return { ...opened, drainer, close }
}
