import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createVerifyPush } from '../../lib/auth/verify-push.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { wholeNumber } from '../../lib/config/variable-kinds.ts'
import { drainVariables } from '../../lib/config/variables.ts'
import { openDrain } from '../../lib/drain/open-drain.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { findWaitingGroups } from '../../lib/mysql/find-waiting-groups.ts'
import { createRoutes } from './handle.ts'
import { Lookout } from './lookout.ts'

export const variables = {
  ...drainVariables,
  lookMilliseconds: wholeNumber('LOOK_MILLISECONDS', {
    about: 'how often it looks for what is PENDING though nobody rings; 0 for never',
    unit: 'milliseconds',
    fallback: '500',
    min: 0,
    max: 60_000,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env, c => ({
    'MYSQL_LOCK_WAIT_SECONDS < RETRY_SECONDS': c.mysqlLockWaitSeconds < c.retrySeconds,
    '2 × RETRY_SECONDS < ACK_DEADLINE_SECONDS': 2 * c.retrySeconds < c.ackDeadlineSeconds,
  }))
  const { listeners, publisher, drainer, points, close } = openDrain(config, log, telemetry)
  const { db, now } = listeners
  const { lookMilliseconds } = config
  const lookout = new Lookout({ drainer, findWaiting: () => findWaitingGroups(db), lookMilliseconds, log })
  return {
    routes: guardRoutes(createRoutes({ drainer: lookout, telemetry, log }), {
      verifyPush: createVerifyPush(config, now),
    }),
    pushPaths: ['/'],
    warm: [publisher.warm],
    points,
    close: async () => {
      await lookout.end()
      await close()
    },
  }
}
