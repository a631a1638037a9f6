import { randomUUID } from 'node:crypto'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { mysqlVariables, processVariables, pubsubVariables } from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { createPublisher } from '../../lib/pubsub/publisher.ts'
import { createRoutes } from './handle.ts'

export const variables = { ...processVariables, ...mysqlVariables, ...pubsubVariables } as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  return {
    routes: createRoutes({ ...config, db, publisher, now: () => new Date(), newId: randomUUID, log }),
    close: async () => {
      await publisher.close()
      await db.destroy()
    },
  }
}
