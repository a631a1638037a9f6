import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createRateLimit } from '../../lib/auth/rate-limit.ts'
import { createVerifyCaller } from '../../lib/auth/verify-caller.ts'
import { createVerifyPush } from '../../lib/auth/verify-push.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { callerVariables, drainVariables } from '../../lib/config/variables.ts'
import { openDrain } from '../../lib/drain/open-drain.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { createRoutes } from './handle.ts'

export const variables = { ...drainVariables, ...callerVariables } as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const drain = await openDrain(config, log)
  const { retrySeconds } = config
  return {
    routes: guardRoutes(createRoutes({ ...drain, retrySeconds, log }), {
      verifyPush: createVerifyPush(config, drain.now),
      verifyCaller: createVerifyCaller(config, drain.now),
      rateLimit: createRateLimit(drain.redis, config),
    }),
    pushPaths: ['/'],
    close: drain.close,
  }
}
