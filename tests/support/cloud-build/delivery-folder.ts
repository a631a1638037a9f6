import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPTS = fileURLToPath(new URL('../../../knative/delivery', import.meta.url))

type Run = { readonly code: number | null; readonly output: string; readonly errors: string }

/** A folder to run scripts of knative/delivery in, with stand-ins for the programs of a cloud. */
export type DeliveryFolder = {
  /** Runs a script there; `env` goes beside the PATH, which has nothing but stand-ins and the system's own. */
  run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Run
  /** Puts a shell script in place of a program. What it is called with is kept. */
  standIn(program: string, body: string): Promise<void>
  /** The calls of stand-ins so far, a line each: the program and its arguments. */
  calls(): string[]
  write(file: string, text: string): Promise<void>
  read(file: string): string
  has(file: string): boolean
  remove(): Promise<void>
}

export async function deliveryFolder(): Promise<DeliveryFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'settle-delivery-'))
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  return {
    run(script, args, env = {}) {
      const path = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter)
      const { status, stdout, stderr } = spawnSync('sh', [join(SCRIPTS, script), ...args], {
        cwd: folder,
        env: { PATH: path, FOLDER: folder, ...env },
        encoding: 'utf8',
        timeout: 20_000,
      })
      return { code: status, output: stdout, errors: stderr }
    },
    async standIn(program, body) {
      // Line by line, as one write: stand-ins may be called by scripts that run at once.
      await write(`bin/${program}`, `#!/bin/sh\necho "${program} $*" >>"$FOLDER/calls"\n${body}\n`)
      await chmod(join(bin, program), 0o755)
    },
    calls: () => (existsSync(join(folder, 'calls')) ? read('calls').trimEnd().split('\n') : []),
    write,
    read,
    has: file => existsSync(join(folder, file)),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
