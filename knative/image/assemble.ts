import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { chmod, cp, mkdir, readFile, rename } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { readAllowed, readCopy, readStages, type Stage, type Step } from './dockerfile.ts'

/** An image's files without its base: what is in its working directory, and how it is run. */
export type Assembled = {
  readonly root: string
  /** A Node that every user can reach, wherever this one's own is. */
  readonly node: string
  readonly env: Readonly<Record<string, string>>
  readonly userId: number
  readonly entrypoint: readonly string[]
}

type Place = {
  readonly context: string
  readonly folder: string
  readonly root: string
  readonly node: string
  readonly allowed: string[]
}

/** The Dockerfile's working directory. */
const WORKDIR = '/app'

/**
 * Does what a Dockerfile says, without Docker: a folder stands for each stage's working directory, the RUN lines run on this machine's
 * Node, and the base images are left out. Shows which files an image has and whether they suffice, not that the base does.
 * Throws when a line fails or is of a kind it does not know.
 */
export async function assemble(context: string, folder: string, dockerfile?: string): Promise<Assembled> {
  const text = dockerfile ?? (await readFile(join(context, 'knative/image/Dockerfile'), 'utf8'))
  const allowed = readAllowed(await readFile(join(context, '.dockerignore'), 'utf8'))
  const stages = readStages(text)
  // Every stage is made at the same place, as in Docker: the compile cache knows files by their paths.
  const root = join(folder, 'root')
  // For another user than this one's too.
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o755)
  const node = join(folder, 'bin/node')
  await cp(process.execPath, node, { mode: constants.COPYFILE_FICLONE })
  const place = { context, folder, root, node, allowed }
  for (const stage of stages) {
    await mkdir(root, { recursive: true })
    for (const step of stage.steps) await perform(step, place)
    if (stage !== stages.at(-1)) await rename(root, join(folder, stage.name))
  }
  return { root, node, ...readRun(stages.at(-1), root) }
}

async function perform({ instruction, rest }: Step, place: Place): Promise<void> {
  switch (instruction) {
    case 'COPY':
      return await copy(rest, place)
    case 'RUN':
      return await run(rest, place)
    case 'WORKDIR':
      if (rest !== WORKDIR) throw new Error(`WORKDIR ${rest}: only ${WORKDIR} is known`)
      return
    case 'ARG':
    case 'ENV':
    case 'LABEL':
    case 'USER':
    case 'ENTRYPOINT':
      return
  }
  throw new Error(`${instruction} is not known`)
}

async function copy(rest: string, { context, folder, root, allowed }: Place): Promise<void> {
  const { from, sources, target } = readCopy(rest)
  for (const source of sources) {
    if (from === undefined && !allowed.some(path => source === path || source.startsWith(`${path}/`))) {
      throw new Error(`COPY ${source}: .dockerignore does not let it in`)
    }
    const path = from === undefined ? join(context, source) : join(folder, from, source.slice(WORKDIR.length))
    const goal = target === './' ? join(root, basename(source)) : join(root, target)
    await cp(path, goal, { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true })
  }
}

async function run(command: string, { root: cwd, node }: Place): Promise<void> {
  // Node 24 is what runs this, wherever it is; npm runs on it too, and asks nobody for what it has.
  const path = [dirname(node), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH: path, npm_config_prefer_offline: 'true' }
  await promisify(execFile)('sh', ['-c', command], { cwd, env, maxBuffer: 16_000_000 })
}

function readRun(stage: Stage | undefined, root: string): Omit<Assembled, 'root' | 'node'> {
  const find = (wanted: string) => stage?.steps.find(({ instruction }) => instruction === wanted)?.rest ?? ''
  const pairs = find('ENV')
    .split(/\s+/)
    .map(pair => pair.split('=') as [string, string])
    .map(([name, value]) => [name, value.replace(WORKDIR, root)])
  return {
    env: Object.fromEntries(pairs),
    userId: Number.parseInt(find('USER'), 10),
    entrypoint: JSON.parse(find('ENTRYPOINT') || '[]'),
  }
}
