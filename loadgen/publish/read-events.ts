import { ExpectedError } from '../command/expected-error.ts'
import { readLines } from './read-lines.ts'

export type Event = {
  readonly lineNumber: number
  /** The line as it stands, its money digit for digit. */
  readonly text: string
  /** The source account, so that its transactions arrive in order; empty where the line names none. */
  readonly orderingKey: string
}

/**
 * Streams the events of an NDJSON file; throws ExpectedError, with file and line, for a line that is not
 * JSON.
 */
export async function* readEvents(file: string): AsyncGenerator<Event> {
  for await (const { number, text } of readLines(file)) {
    yield { lineNumber: number, text, orderingKey: sourceOf(parseLine(file, number, text)) }
  }
}

/** Reads a file to its end, and answers how many events it has. */
export async function countEvents(file: string): Promise<number> {
  let events = 0
  for await (const _ of readEvents(file)) events += 1
  return events
}

function parseLine(file: string, lineNumber: number, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ExpectedError(`${file}:${lineNumber}: is not JSON (${(error as Error).message})`, error)
  }
}

/** Nothing is validated here, the service does that: what names no source needs no order. */
function sourceOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('sourceAccountId' in value)) return ''
  return typeof value.sourceAccountId === 'string' ? value.sourceAccountId : ''
}
