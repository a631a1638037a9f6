import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isInstalled } from '../../../knative/local/bootstrap/installed-mark.mjs'
import { freePort } from '../../../knative/local/engines/free-port.ts'
import type { RunningStack } from '../../../knative/local/running-stack.ts'
import { until } from '../until.ts'
import { FILES, ROOT } from './repository.ts'

export type Outcome = { readonly code: number; readonly out: string; readonly err: string }

/** What a test run sets for itself, and somebody at a terminal has not. */
const OF_TESTS = /^(?:npm_.*|NODE_OPTIONS|MYSQL_URL|REDIS_URL|SETTLE_\w+|PUBSUB_\w+)$/i
const ANNOUNCED = '.local/running-stack.json'

/**
 * The repository as it stands, in a folder of its own: what is started in it has other data and ports than what somebody runs
 * in this one, and the commands typed in it find that and nothing else. The packages are the same.
 */
export class OwnClone {
  readonly env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_TESTS.test(name)))
  readonly folder: string
  #started: { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } | undefined

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<OwnClone> {
    // Or the first command in the clone would install, and first remove the packages of this folder.
    if (!isInstalled(ROOT)) throw new Error('node_modules is not what package-lock.json says: run npm test')
    const folder = await mkdtemp(join(tmpdir(), 'settle-clone-'))
    await Promise.all(FILES.map(file => cp(`${ROOT}${file}`, join(folder, file))))
    await symlink(`${ROOT}node_modules`, join(folder, 'node_modules'))
    return new OwnClone(folder)
  }

  /** Runs a program to its end, with what it says. */
  async run(program: string, ...args: readonly string[]): Promise<Outcome> {
    return await this.#spawn(program, args).outcome
  }

  /** `npm start`, on a free port, until it is ready for other commands. */
  async start(): Promise<RunningStack> {
    const port = await freePort()
    this.#started = this.#spawn('npm', ['start', '--', '--port', `${port}`])
    let ended: Outcome | undefined
    void this.#started.outcome.then(outcome => {
      ended = outcome
    })
    await until(
      'npm start is ready',
      () => ended !== undefined || existsSync(join(this.folder, ANNOUNCED)),
      120,
    )
    if (ended !== undefined) throw new Error(`npm start has ended: ${ended.out}${ended.err}`)
    return this.#stack()
  }

  /** Ctrl-C: ends `npm start`, and says what it has said. */
  async interrupt(): Promise<Outcome> {
    if (this.#started === undefined) throw new Error('nothing was started')
    process.kill(this.#stack().pid, 'SIGINT')
    const outcome = await this.#started.outcome
    this.#started = undefined
    return outcome
  }

  /** Ends what still runs, and removes everything. */
  async remove(): Promise<void> {
    this.#started?.child.kill('SIGTERM')
    await this.#started?.outcome
    await rm(this.folder, { recursive: true, force: true })
  }

  #stack(): RunningStack {
    return JSON.parse(readFileSync(join(this.folder, ANNOUNCED), 'utf8'))
  }

  #spawn(program: string, args: readonly string[]) {
    const child = spawn(program, args, { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const exited = once(child, 'exit') as Promise<[number]>
    const outcome = Promise.all([exited, text(child.stdout), text(child.stderr)])
    return { child, outcome: outcome.then(([[code], out, err]): Outcome => ({ code, out, err })) }
  }
}
