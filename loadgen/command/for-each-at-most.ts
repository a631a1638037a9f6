/**
 * Starts the work for each item, in order, with at most `limit` unfinished at a time; items are read only as
 * fast as work ends. After a failure, of the work or of the reading, nothing more is started: what runs is
 * waited for, then the first error is thrown.
 */
export async function forEachAtMost<T>(
  limit: number,
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = []
  let running = 0
  let wake = (): void => undefined
  const oneEnds = () => new Promise<void>(resolve => (wake = resolve))
  const start = async (item: T) => {
    try {
      await work(item)
    } catch (error) {
      errors.push(error)
    } finally {
      running -= 1
      wake()
    }
  }
  try {
    for await (const item of items) {
      while (running >= limit) await oneEnds()
      if (errors.length > 0) break
      running += 1
      void start(item)
    }
  } catch (error) {
    errors.push(error)
  }
  while (running > 0) await oneEnds()
  if (errors.length > 0) throw errors[0]
}
