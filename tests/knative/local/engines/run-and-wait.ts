/**
 * Run as a process of its own by the tests, which then end it in every way there is: starts the engines in the
 * directory it is given, says where they are, and waits.
 */
import { startEngines } from '../../../../knative/local/engines/start-engines.ts'

const { mysql, redis } = await startEngines({ dataDir: process.argv[2] ?? '' })
process.stdout.write(`${JSON.stringify({ mysql: mysql.pid, redis: redis.pid, url: mysql.url })}\n`)
setInterval(() => {}, 60_000)
