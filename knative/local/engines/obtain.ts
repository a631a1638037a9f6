import { aptInstall, findApt } from './apt.ts'
import { findDocker } from './docker.ts'
import type { SearchPlaces } from './find-program.ts'
import { MissingEngine, type PackageNames } from './missing-engine.ts'
import type { Surroundings } from './surroundings.ts'

/** A kind of engine, and how to come by it. */
export interface EngineKind<Server> {
  readonly name: string
  /** The environment variable that gives one by URL instead. */
  readonly variable: string
  readonly packages: PackageNames
  readonly find: (places: SearchPlaces) => Server | undefined
}

/** Either a server program of this machine or the `docker` that runs one. */
export type Obtained<Server> = { readonly server: Server } | { readonly docker: string }

/**
 * Finds a server in this order: installed, Docker, installed now by apt-get (as root only).
 * Throws `MissingEngine`, which says what to install on this system, when all three fail.
 */
export async function obtain<Server>(
  kind: EngineKind<Server>,
  surroundings: Surroundings,
): Promise<Obtained<Server>> {
  const { places } = surroundings
  const installed = kind.find(places)
  if (installed !== undefined) return { server: installed }
  const docker = findDocker(places)
  if (docker !== undefined) return { docker }
  const apt = findApt(surroundings)
  if (apt === undefined) throw new MissingEngine(kind)
  await aptInstall(apt, [kind.packages.debian], surroundings)
  const server = kind.find(places)
  if (server === undefined) throw new MissingEngine(kind)
  return { server }
}
