import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { ExpectedError } from '../command/expected-error.ts'

/** Far more than any transaction: bounds the memory of what is in flight, and of a file without line ends. */
const MAX_LINE_BYTES = 65_536
const LINE_END = 0x0a

export type Line = {
  /** From 1, blank lines counted. */
  readonly number: number
  readonly text: string
}

/**
 * Streams the lines of a file that are not blank. Throws ExpectedError, with file and line, for one that is
 * too long or not UTF-8, and for a file that cannot be read. Only line feeds end a line: `node:readline`
 * would also split at U+2028, which may stand in a JSON string.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0
  for await (const bytes of splitLines(file)) {
    number += 1
    if (bytes.length > MAX_LINE_BYTES) {
      throw new ExpectedError(`${file}:${number}: is longer than ${MAX_LINE_BYTES} bytes`)
    }
    if (!isUtf8(bytes)) throw new ExpectedError(`${file}:${number}: is not UTF-8`)
    const text = bytes.toString('utf8').trim()
    if (text !== '') yield { number, text }
  }
}

/** The lines as bytes; one that is too long comes cut off, as the last. */
async function* splitLines(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of readChunks(file)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let begin = 0
    for (;;) {
      const end = bytes.indexOf(LINE_END, begin)
      if (end === -1) break
      yield bytes.subarray(begin, end)
      begin = end + 1
    }
    rest = bytes.subarray(begin)
    if (rest.length > MAX_LINE_BYTES) break
  }
  if (rest.length > 0) yield rest
}

async function* readChunks(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer
  } catch (error) {
    throw new ExpectedError(`${file} cannot be read: ${(error as Error).message}`, error)
  }
}
