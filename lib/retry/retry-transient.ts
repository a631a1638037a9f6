import pRetry from 'p-retry'

/** A fault that passes by itself outlasted its retries: the queue or the caller should try again later. */
export class TransientError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'TransientError'
  }
}

export type RetryOptions = {
  /** What is tried, for the error message. */
  readonly what: string
  /** No attempt starts later than this. */
  readonly deadlineMilliseconds: number
  readonly isTransient: (error: unknown) => boolean
  /** Told of each failed attempt that will be tried again. */
  readonly onRetry?: (error: Error, attempt: number) => void
}

/**
 * Does the work, and does it again after transient faults, with jittered, doubling pauses of 20 ms to 1 s,
 * until the deadline. Throws TransientError when time is up, and any other error at once, as it is.
 */
export async function retryTransient<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
  const { what, deadlineMilliseconds, isTransient, onRetry } = options
  try {
    return await pRetry(work, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 20,
      maxTimeout: 1000,
      factor: 2,
      randomize: true,
      maxRetryTime: deadlineMilliseconds,
      shouldRetry: ({ error }) => isTransient(error),
      onFailedAttempt: ({ error, attemptNumber }) => {
        if (isTransient(error)) onRetry?.(error, attemptNumber)
      },
    })
  } catch (error) {
    throw isTransient(error) ? new TransientError(what, error) : error
  }
}
