import type { Connection } from './connection.ts'
import type { Endpoint } from './endpoint.ts'

/** An emulator as one case sees it: with a project of its own, so that cases can run side by side. */
export type Service = Connection & {
  /** `projects/…` */
  readonly project: string
  /** A full name that no other case has. */
  newName(collection: 'topics' | 'subscriptions'): string
  /** A push endpoint of the case's own. */
  newEndpoint(): Endpoint
  /** Registers what is to be ended with the case. */
  onEnd(cleanup: () => unknown): void
}

let cases = 0

/** The service for one case, and what ends all that the case opened. */
export function serviceFor(connection: Connection): { service: Service; end: () => Promise<void> } {
  cases += 1
  const project = `projects/conformance-${process.pid}-${cases}`
  const cleanups: (() => unknown)[] = []
  let names = 0
  const service: Service = {
    ...connection,
    project,
    newName(collection) {
      names += 1
      return `${project}/${collection}/${collection}-${names}`
    },
    newEndpoint() {
      const endpoint = connection.endpoints.open(connection.patienceMs)
      cleanups.push(() => endpoint.close())
      return endpoint
    },
    onEnd: cleanup => void cleanups.push(cleanup),
  }
  const end = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }
  return { service, end }
}
