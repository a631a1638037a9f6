import { randomUUID } from 'node:crypto'
import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createVerifyPush } from '../../lib/auth/verify-push.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { wholeNumber } from '../../lib/config/variable-kinds.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  pubsubVariables,
  pushVariables,
  redisVariables,
} from '../../lib/config/variables.ts'
import { openListeners } from '../../lib/drain/open-listeners.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { compileValidators } from '../../lib/openapi/validator.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...pubsubVariables,
  ...pushVariables,
  ...callerVariables,
  sweepAgeSeconds: wholeNumber('SWEEP_AGE_SECONDS', {
    about: 'how old PENDING transactions and outbox rows must be to count as left behind',
    unit: 'seconds',
    fallback: '10',
    min: 0,
    max: 3600,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env)
  const { listeners, publisher, redis, points, close } = openListeners(config, log, telemetry)
  const parts = { ...config, ...listeners, redis, newToken: randomUUID }
  return {
    routes: guardRoutes(createRoutes(parts), {
      verifyPush: createVerifyPush(config, listeners.now),
      ...createCallerGuards(config, redis, listeners.now),
    }),
    warm: [compileValidators, publisher.warm],
    points,
    close,
  }
}
