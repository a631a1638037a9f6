/**
 * Engines in containers, for machines that have Docker and no server installed. Tried only against a stand-in
 * for `docker` that records its arguments: no Docker engine was at hand.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findPrograms, type SearchPlaces } from './find-program.ts'
import type { Launch } from './launch.ts'

// A client without an engine behind it can take long to say so.
const INFO_LIMIT_MS = 10_000

/** What to run in a container. */
export interface ContainerPlan {
  readonly docker: string
  readonly image: string
  /** The engine's directory on this machine: the data is in it, and the container is named after it. */
  readonly directory: string
  readonly port: number
  readonly containerPort: number
  /** Where the image keeps its data. */
  readonly dataPath: string
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly log: string
  readonly pidFile: string
}

/** The `docker` program, if there is one and an engine answers it. */
export function findDocker(places: SearchPlaces): string | undefined {
  return findPrograms(['docker'], places).find(docker => {
    const info = spawnSync(docker, ['info'], { stdio: 'ignore', timeout: INFO_LIMIT_MS })
    return info.status === 0
  })
}

/** The command that runs the container in the foreground, after removing one a crashed run left behind. */
export function containerLaunch(plan: ContainerPlan): Launch {
  const name = `settle-${createHash('sha256').update(plan.directory).digest('hex').slice(0, 12)}`
  spawnSync(plan.docker, ['rm', '--force', name], { stdio: 'ignore' })
  const data = join(plan.directory, 'container-data')
  // Made here, because Docker would make it root's.
  mkdirSync(data, { recursive: true })
  const env = Object.entries(plan.env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  return {
    command: plan.docker,
    args: [
      ...['run', '--rm', '--name', name, '--publish', `127.0.0.1:${plan.port}:${plan.containerPort}`],
      // As this user, so that the files can be removed like any others.
      ...[
        '--user',
        `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
        '--volume',
        `${data}:${plan.dataPath}`,
      ],
      ...[...env, plan.image, ...plan.args],
    ],
    log: plan.log,
    pidFile: plan.pidFile,
    mark: name,
    killCommand: [plan.docker, 'kill', name],
  }
}
