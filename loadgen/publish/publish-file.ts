import { ExpectedError } from '../command/expected-error.ts'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import type { Producer } from '../service/producer.ts'
import { type Event, readEvents } from './read-events.ts'

/** Enough to keep many keys busy; with lines of at most 64 KiB, at most 64 MiB. */
const MAX_IN_FLIGHT = 1000

export type PublishFileOptions = {
  readonly file: string
  readonly producer: Producer
  readonly interrupted: AbortSignal
  /** Told after each event that the topic has. */
  readonly onPublished?: () => void
}

/**
 * Publishes the events of an NDJSON file, in order per source account, streaming it with a bounded number in
 * flight. Answers how many were published; throws ExpectedError with the line of the first that could not be.
 */
export async function publishFile(options: PublishFileOptions): Promise<number> {
  const { file, producer, interrupted, onPublished } = options
  let published = 0
  await forEachAtMost(MAX_IN_FLIGHT, readEvents(file), async ({ lineNumber, text, orderingKey }: Event) => {
    interrupted.throwIfAborted()
    try {
      await producer.publish(text, orderingKey)
    } catch (error) {
      const why = `${file}:${lineNumber}: could not be published (${(error as Error).message})`
      throw new ExpectedError(
        `${why}; ${published} were. Publishing the file again is safe: an id moves money once.`,
        error,
      )
    }
    published += 1
    onPublished?.()
  })
  return published
}
