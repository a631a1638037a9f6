import type { Service } from './service.ts'

/** One documented behaviour of the service. */
export type Case = {
  /** A sentence that could be false. */
  readonly behaviour: string
  /** Where it is documented: an RPC, message or field of google.pubsub.v1, or a page of the documentation. */
  readonly source: string
  /** Throws when the behaviour does not hold. */
  readonly run: (service: Service) => Promise<void>
}

export type Theme = { readonly title: string; readonly cases: readonly Case[] }

/** A page of the documentation, as a source. */
export function page(name: string): string {
  return `docs.cloud.google.com/pubsub/docs/${name}`
}
