const PAYLOAD_BYTES = 200

/** What a benchmark message says of itself, because a push of the official emulator carries no ordering key. */
export type Payload = {
  readonly key: string
  /** Its place among the messages of its key, from 0. */
  readonly position: number
  /** When it was published, see `clockMs`; 0 when nobody asks how long it took. */
  readonly publishedMs: number
}

/** As the data of a message, 200 bytes long. */
export function writePayload({ key, position, publishedMs }: Payload): Buffer {
  return Buffer.from(`${key} ${position} ${publishedMs} `.padEnd(PAYLOAD_BYTES, '.'))
}

export function readPayload(text: string): Payload {
  const [key = '', position, publishedMs] = text.split(' ')
  return { key, position: Number(position), publishedMs: Number(publishedMs) }
}

/** Milliseconds with a fraction, of a clock that two processes of one machine share. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now()
}
