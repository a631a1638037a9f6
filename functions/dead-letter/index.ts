import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createVerifyPush } from '../../lib/auth/verify-push.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { text } from '../../lib/config/variable-kinds.ts'
import { callerVariables, drainVariables } from '../../lib/config/variables.ts'
import { openDrain } from '../../lib/drain/open-drain.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { compileValidators } from '../../lib/openapi/validator.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...drainVariables,
  ...callerVariables,
  transactionsTopic: text('TRANSACTIONS_TOPIC', {
    about: 'topic that refused events are published to again',
    fallback: 'transactions',
  }),
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env)
  const { listeners, publisher, redis, drainer, points, close } = openDrain(config, log, telemetry)
  return {
    routes: guardRoutes(createRoutes({ ...config, ...listeners, drainer }), {
      verifyPush: createVerifyPush(config, listeners.now),
      ...createCallerGuards(config, redis, listeners.now),
    }),
    pushPaths: ['/'],
    warm: [compileValidators, publisher.warm],
    points,
    close,
  }
}
