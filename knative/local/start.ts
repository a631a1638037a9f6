import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { requestCallerToken } from './caller-issuer.ts'
import { type Engines, startEngines } from './engines/start-engines.ts'
import { runMainJob } from './main-job.ts'
import { announceStack, withdrawStack } from './running-stack.ts'
import { describeChange, describeInstances } from './serving/describe-instances.ts'
import type { Autoscaling } from './serving/scale-by-manifest.ts'
import { PROJECT_ID, type Stack, startStack } from './stack.ts'

const USAGE = `npm start                    everything on this machine, until Ctrl-C
npm start -- --port 9000     on another port than 8080
npm start -- --fixed         as many instances as at the start, instead of scaling as the manifests say
npm start -- --once          the main job on empty data, then the end: 0 if all was as it should be`

const LOCAL = fileURLToPath(new URL('../../.local/', import.meta.url))

/** A line for each change, and nothing in between. */
const autoscaling: Autoscaling = { onChange: change => console.log(`  ${describeChange(change)}`) }

/** Runs Settle on this machine. */
async function main(): Promise<number> {
  const flags = readFlags()
  if (flags === undefined) return 2
  const begin = performance.now()
  const seconds = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`
  const folder = `${LOCAL}${flags.once ? 'once' : 'start'}`
  mkdirSync(folder, { recursive: true })

  const interrupted = untilSignal()
  let engines: Engines | undefined
  let stack: Stack | undefined
  try {
    engines = await startEngines({ dataDir: `${folder}/engines`, fresh: flags.once })
    console.log(`Settle: ${engines.mysql.version} and ${engines.redis.version} (${seconds()})`)
    const { mysqlUrl, redisUrl } = engines
    const onStep = (step: string) => {
      interrupted.throwIfAborted()
      console.log(`  starting ${step} (${seconds()})`)
    }
    const { port, isFixed } = flags
    stack = await startStack({ folder, mysqlUrl, redisUrl, port, onStep, ...(!isFixed && { autoscaling }) })
    interrupted.throwIfAborted()
    console.log(`  ready after ${seconds()}\n\nThe main job, on ${stack.url}:`)
    const differences = await runMainJob(
      { url: stack.url, token: await requestCallerToken(stack.issuer.url) },
      Date.now().toString(36),
      line => console.log(line),
    )
    for (const difference of differences) console.error(`NOT AS IT SHOULD BE: ${difference}`)
    if (flags.once) return differences.length === 0 ? 0 : 1
    await announce(stack)
    console.log(`To look into them: ${mysqlUrl} and ${redisUrl}`)
    console.log(`Logs are in ${folder}. Ctrl-C ends it all; the data stays.`)
    if (!isFixed)
      console.log(`Instances follow the requests, as the manifests say: ${describeInstances(stack.pools)}`)
    if (!interrupted.aborted) await once(interrupted, 'abort')
    return 0
  } catch (error) {
    if (error !== interrupted.reason) throw error
    return flags.once ? 1 : 0
  } finally {
    withdrawStack()
    await stack?.close()
    await engines?.close()
  }
}

/** To who types, and to the other commands. */
async function announce({ url, issuer, pubsub }: Stack): Promise<void> {
  const { host: pubsubHost } = pubsub
  announceStack({ url, issuerUrl: issuer.url, pubsubHost, projectId: PROJECT_ID, pid: process.pid })
  console.log(`\nSettle listens on ${url} (Pub/Sub on ${pubsubHost}, project ${PROJECT_ID}).`)
  // Behind the #, so that the browser sends it to nobody.
  console.log(`Console: ${url}/#token=${await requestCallerToken(issuer.url)}`)
}

type Flags = {
  readonly once: boolean
  readonly port: number
  /** What is over in a second or two is to be the same each time. */
  readonly isFixed: boolean
}

function readFlags(): Flags | undefined {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean' }, port: { type: 'string' }, fixed: { type: 'boolean' } },
    })
    const once = values.once === true
    const port = Number(values.port ?? (once ? 0 : 8080))
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port ${values.port} is no port`)
    return { once, port, isFixed: once || values.fixed === true }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    return undefined
  }
}

/** Aborted by the first signal, and says so at once; a second one does not cut the orderly end short. */
function untilSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (!controller.signal.aborted) console.log(`${signal}: ending`)
      controller.abort()
    })
  return controller.signal
}

try {
  process.exitCode = await main()
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  console.error(
    code === 'EADDRINUSE' ? `${message}: choose another port with npm start -- --port N` : message,
  )
  process.exitCode = 1
}
