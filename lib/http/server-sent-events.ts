/** An event of a stream: its name, what it carries, which is one line, and what the reader may resume after. */
export type ServerSentEvent = { readonly id: string; readonly event: string; readonly data: string }

export const EVENT_STREAM = 'text/event-stream'

/** How long a reader waits before it connects again: the first block of a stream. */
export function writeRetry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`
}

export function writeEvent({ id, event, data }: ServerSentEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`
}

/** What readers pass over; it shows them, and everything between, that the stream is alive. */
export function writeComment(text: string): string {
  return `: ${text}\n\n`
}
