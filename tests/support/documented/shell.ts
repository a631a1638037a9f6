import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Outcome } from './own-clone.ts'

/** How a command ended, and what each of its requests was answered. */
export type Ran = Outcome & { readonly statuses: readonly string[] }

/**
 * All that a document can start here, whatever it says: a `gcloud` or `kubectl` of the machine may have an account, and would do
 * to a real project what an example says.
 */
const PROGRAMS = ['node', 'npm', 'sh', 'bash', 'curl', 'grep', 'sed', 'head', 'cat', 'sleep']

/** A bound on a command that does not end. */
const LONGEST_MILLISECONDS = 120_000

// A status goes where a person sees it, and what is piped on has none of it.
const CURL = `curl() { command curl --write-out '%{stderr}\\nHTTP %{http_code}\\n' "$@"; }\n`

/** One shell, in which command after command is typed: what the one exports, the next one has. */
export class Shell {
  readonly #bash: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface
  readonly #folder: string
  readonly #ended: Promise<never>
  #typed = 0

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = join(folder, '.local/typed')
    mkdirSync(this.#folder, { recursive: true })
    this.#bash = spawn('bash', ['--noprofile', '--norc'], {
      cwd: folder,
      env: { ...env, PATH: linkPrograms(join(this.#folder, 'bin'), env['PATH']) },
      // A group of its own, so that `close` ends a command that does not end, too.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface(this.#bash.stdout)
    this.#bash.stdin.write(CURL)
    this.#ended = once(this.#bash, 'exit').then(() => {
      throw new Error(`command ${this.#typed} has ended the shell, or was ended with it after two minutes`)
    })
    this.#ended.catch(() => undefined)
  }

  async run(command: string): Promise<Ran> {
    this.#typed += 1
    const file = join(this.#folder, `${this.#typed}`)
    writeFileSync(`${file}.sh`, `${command}\n`)
    const line = once(this.#lines, 'line') as Promise<[string]>
    this.#bash.stdin.write(`. '${file}.sh' > '${file}.out' 2> '${file}.err' < /dev/null; echo $?\n`)
    const bound = setTimeout(() => this.close(), LONGEST_MILLISECONDS)
    const [code] = await Promise.race([line, this.#ended]).finally(() => clearTimeout(bound))
    const [out, err] = ['out', 'err'].map(end => readFileSync(`${file}.${end}`, 'utf8')) as [string, string]
    const statuses = [...err.matchAll(/^HTTP (\d{3})$/gm)].map(([, status = '']) => status)
    return { code: Number(code), out, err, statuses }
  }

  close(): void {
    const { pid } = this.#bash
    if (pid !== undefined && this.#bash.exitCode === null) process.kill(-pid, 'SIGKILL')
  }
}

/** A folder with these programs alone. */
function linkPrograms(bin: string, path = ''): string {
  if (existsSync(bin)) return bin
  mkdirSync(bin)
  for (const program of PROGRAMS) {
    const found = path.split(delimiter).find(folder => existsSync(join(folder, program)))
    if (found === undefined) throw new Error(`the documents' commands need ${program}`)
    symlinkSync(join(found, program), join(bin, program))
  }
  return bin
}
