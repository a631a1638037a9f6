import { randomUUID } from 'node:crypto'
import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  pubsubVariables,
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
  ...callerVariables,
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env)
  const { listeners, publisher, redis, points, close } = openListeners(config, log, telemetry)
  const ownership = createOwnership(listeners.db, config.retrySeconds)
  const parts = { ...config, ...listeners, ownership, newId: randomUUID }
  return {
    routes: guardRoutes(createRoutes(parts), createCallerGuards(config, redis, listeners.now)),
    warm: [compileValidators, publisher.warm],
    points,
    close,
  }
}
