import { randomUUID } from 'node:crypto'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { wholeNumber } from '../../lib/config/variable-kinds.ts'
import {
  mysqlVariables,
  processVariables,
  pubsubVariables,
  pushVariables,
} from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { createPublisher } from '../../lib/pubsub/publisher.ts'
import { createVerifyPush } from '../../lib/pubsub/push-token.ts'
import { Acceptor } from './acceptor.ts'
import { DecisionWatch } from './decision-watch.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...pubsubVariables,
  ...pushVariables,
  flushSize: wholeNumber('FLUSH_SIZE', {
    about: 'most transactions written by one INSERT',
    // 2,000 rows of 300 bytes stay far below max_allowed_packet (16 MB); their metadata is bounded by the acceptor.
    fallback: '2000',
    min: 1,
    max: 10_000,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env, c => ({
    'MYSQL_LOCK_WAIT_SECONDS < RETRY_SECONDS': c.mysqlLockWaitSeconds < c.retrySeconds,
    'RETRY_SECONDS < ACK_DEADLINE_SECONDS': c.retrySeconds < c.ackDeadlineSeconds,
  }))
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  const now = () => new Date()
  const acceptor = new Acceptor({ ...config, db, publisher, now, log })
  const watch = new DecisionWatch(db, log)
  const verifyPush = createVerifyPush(config)
  return {
    routes: createRoutes({
      db,
      acceptor,
      watch,
      verifyPush,
      orderingGroups: config.orderingGroups,
      retrySeconds: config.retrySeconds,
      now,
      newId: randomUUID,
      log,
    }),
    pushPaths: ['/events/transactions'],
    close: async () => {
      await publisher.close()
      await db.destroy()
    },
  }
}
