import { parseConfig } from '../../lib/config/parse-config.ts'
import { text } from '../../lib/config/variable-kinds.ts'
import { drainVariables } from '../../lib/config/variables.ts'
import { openDrain } from '../../lib/drain/open-drain.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { createVerifyPush } from '../../lib/pubsub/push-token.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...drainVariables,
  transactionsTopic: text('TRANSACTIONS_TOPIC', {
    about: 'topic that refused events are published to again',
    fallback: 'transactions',
  }),
} as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const drain = await openDrain(config, log)
  const verifyPush = createVerifyPush(config)
  return {
    routes: createRoutes({ ...config, ...drain, verifyPush, log }),
    pushPaths: ['/'],
    close: drain.close,
  }
}
