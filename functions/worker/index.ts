import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createVerifyPush } from '../../lib/auth/verify-push.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { drainVariables } from '../../lib/config/variables.ts'
import { openDrain } from '../../lib/drain/open-drain.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { createRoutes } from './handle.ts'

export const variables = drainVariables

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env, c => ({
    'MYSQL_LOCK_WAIT_SECONDS < RETRY_SECONDS': c.mysqlLockWaitSeconds < c.retrySeconds,
    '2 × RETRY_SECONDS < ACK_DEADLINE_SECONDS': 2 * c.retrySeconds < c.ackDeadlineSeconds,
  }))
  const { drainer, now, close } = await openDrain(config, log)
  return {
    routes: guardRoutes(createRoutes({ drainer, log }), { verifyPush: createVerifyPush(config, now) }),
    pushPaths: ['/'],
    close,
  }
}
