import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { idleEnvironment } from './idle-environment.ts'

export type StartPlan = {
  /** Where `functions/start.ts` is: a working tree, or the image's. */
  readonly root: string
  /** Set beside, and over, what a function needs to start. Nothing of this process's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>
  /** As a rule the Node that this process runs on. */
  readonly node?: string
  readonly nodeFlags?: readonly string[]
  /** Whom it runs as; only root may say. */
  readonly userId?: number
}

/** A function that has started, and what that took. Milliseconds since its process was made. */
export type Started = {
  /** Where it answers, on this machine. */
  readonly url: string
  /** Until its first /healthz was answered with 200. */
  readonly ready: number
  /** Until the next was, which waits for what is loaded after the first. */
  readonly loaded: number
  /** The processor time it had used when it was ready, where the system tells. */
  readonly cpu: number | undefined
  /** Ends it as Knative does, and answers its exit code. */
  stop(): Promise<number | null>
}

/** The functions of a tree: the folders of `functions`. */
export function functionNames(root: string): string[] {
  const entries = readdirSync(join(root, 'functions'), { withFileTypes: true })
  return entries.flatMap(entry => (entry.isDirectory() ? [entry.name] : [])).sort()
}

/** Starts a function as the image does, and waits until it is ready. Throws what it said when it ends instead. */
export async function startFunction(name: string, plan: StartPlan): Promise<Started> {
  const begin = performance.now()
  const flags = ['--disable-warning=ExperimentalWarning', ...(plan.nodeFlags ?? [])]
  const { userId, node = process.execPath } = plan
  const child = spawn(node, [...flags, 'functions/start.ts'], {
    cwd: plan.root,
    env: { ...idleEnvironment, FUNCTION_TARGET: name, ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(userId === undefined ? {} : { uid: userId, gid: userId }),
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    const [code] = await exited
    return code as number | null
  }
  try {
    const port = await listeningPort(name, child)
    await answered(port)
    const ready = performance.now() - begin
    const cpu = cpuMilliseconds(child.pid)
    await answered(port)
    return { url: `http://127.0.0.1:${port}`, ready, loaded: performance.now() - begin, cpu, stop }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** The port that it says it listens on; rejects with what it said instead when it ends before. */
async function listeningPort(name: string, child: ChildProcess): Promise<number> {
  const said: string[] = []
  const port = Promise.withResolvers<number>()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  child.once('close', () => port.reject(new Error(`${name} did not start: ${said.join('')}`)))
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  lines.on('line', line => {
    const [, digits] = /"port":(\d+),"message":"listening"/.exec(line) ?? []
    if (digits !== undefined) port.resolve(Number(digits))
    else said.push(`${line}\n`)
  })
  return await port.promise
}

/** One connection for each, and no `fetch`: loading that here would count as the function's time. */
async function answered(port: number): Promise<void> {
  const answer = Promise.withResolvers<number | undefined>()
  const request = get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, response => {
    response.resume().once('end', () => answer.resolve(response.statusCode))
  })
  request.once('error', answer.reject)
  const status = await answer.promise
  if (status !== 200) throw new Error(`/healthz answered ${status}`)
}

/** User and system time, which Linux counts in hundredths of a second. */
function cpuMilliseconds(pid: number | undefined): number | undefined {
  try {
    // The program's name, in parentheses, may have spaces in it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return 10 * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return undefined
  }
}
