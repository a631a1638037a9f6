/** What became of a request. */
export type Outcome =
  | { readonly kind: 'accepted' }
  /** Nothing was done, says the service; or nobody says whether anything was. */
  | { readonly kind: 'denied' | 'unknown'; readonly code: string }
  /** Of a batch: the code of each that was not accepted, undefined for the others. */
  | { readonly kind: 'parts'; readonly codes: readonly (string | undefined)[] }

/** A way into the service. */
export type Path = {
  /** Sends transfers that follow one another, as one request; calls back once. */
  send(first: number, count: number, onOutcome: (outcome: Outcome) => void): void
  close(): Promise<void>
}

export const PATHS = ['http', 'topic'] as const
