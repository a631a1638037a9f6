import { parseConfig } from '../../lib/config/parse-config.ts'
import { drainVariables } from '../../lib/config/variables.ts'
import { openDrain } from '../../lib/drain/open-drain.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { createVerifyPush } from '../../lib/pubsub/push-token.ts'
import { createRoutes } from './handle.ts'

export const variables = drainVariables

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const drain = await openDrain(config, log)
  const { retrySeconds } = config
  return {
    routes: createRoutes({ ...drain, verifyPush: createVerifyPush(config), retrySeconds, log }),
    pushPaths: ['/'],
    close: drain.close,
  }
}
