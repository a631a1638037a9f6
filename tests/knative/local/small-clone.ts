import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const LOCAL = fileURLToPath(new URL('../../../knative/local', import.meta.url))

// Stands in for npm: writes down what it was asked, takes as long as `wait` says, and installs one package.
const NPM = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
rmSync('node_modules', { recursive: true, force: true })
mkdirSync('node_modules/left-half-done', { recursive: true })
while (existsSync('wait')) await new Promise(resolve => setTimeout(resolve, 10))
if (existsSync('fail')) { console.error(readFileSync('fail', 'utf8')); process.exit(1) }
writeFileSync('node_modules/.package-lock.json', readFileSync('package-lock.json'))
`

/** How a command ended. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A project as small as can be, with the real bootstrap and a stand-in for npm. */
export class SmallClone {
  readonly folder: string
  readonly #groups: number[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  async create(): Promise<void> {
    await mkdir(join(this.folder, 'knative/local'), { recursive: true })
    for (const name of ['bootstrap.mjs', 'bootstrap', 'owner-lock.mjs']) {
      await cp(join(LOCAL, name), join(this.folder, 'knative/local', name), { recursive: true })
    }
    await this.write('npm-cli.js', NPM)
    await this.write('package.json', '{ "type": "module" }')
    await this.lock('1.0.0')
  }

  /** Writes a lock file that wants one package in this version. */
  async lock(version: string): Promise<void> {
    const packages = { '': {}, 'node_modules/one': { version, integrity: `of-${version}` } }
    await this.write('package-lock.json', JSON.stringify({ packages }))
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content)
  }

  /** What npm was asked, one line a call. */
  async npmCalls(): Promise<string[]> {
    const calls = await readFile(join(this.folder, 'npm-calls'), 'utf8').catch(() => '')
    return calls.split('\n').filter(Boolean)
  }

  /** Starts the bootstrap. */
  spawn(...args: string[]) {
    const env = { ...process.env, npm_execpath: join(this.folder, 'npm-cli.js') }
    const child = spawn(process.execPath, ['knative/local/bootstrap.mjs', ...args], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that `remove` ends the command too when a test fails half way.
      detached: true,
    })
    if (child.pid !== undefined) this.#groups.push(child.pid)
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
    const outcome = Promise.all([ended, text(child.stdout), text(child.stderr)])
    return { child, outcome: outcome.then(([code, out, err]): Outcome => ({ code, out, err })) }
  }

  run(...args: string[]): Promise<Outcome> {
    return this.spawn(...args).outcome
  }

  /** Ends what still runs, and removes the files. */
  async remove(): Promise<void> {
    for (const group of this.#groups) {
      try {
        process.kill(-group, 'SIGKILL')
      } catch {
        // Nothing of it is left.
      }
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
