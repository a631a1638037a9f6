import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE_BYTES = 8
/** Length, type and checksum. */
const CHUNK_BYTES = 12
const RGB_BYTES = 3

type Chunk = { readonly type: string; readonly data: Buffer }

/**
 * The same picture in fewer bytes, a sixth less for most of ours: browsers filter each line, which is good for photographs, while text on even
 * grounds packs better as it is. For pictures as Chromium takes them: eight bits of red, green and blue.
 */
export function shrinkPng(png: Buffer): Buffer {
  const chunks = readChunks(png)
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  if (header === undefined || header.readUInt16BE(8) !== 0x0802)
    throw new Error('no picture of 8 bits of RGB')
  const data = chunks.filter(({ type }) => type === 'IDAT').map(chunk => chunk.data)
  const lines = unfilter(inflateSync(Buffer.concat(data)), header.readUInt32BE(0) * RGB_BYTES)
  const shrunk = Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    toChunk('IHDR', header),
    toChunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    toChunk('IEND', Buffer.alloc(0)),
  ])
  return shrunk.length < png.length ? shrunk : png
}

function readChunks(png: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += CHUNK_BYTES + length
  }
  return chunks
}

function toChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(CHUNK_BYTES + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}

/** Lines as they are, each behind the 0 that says so, from lines that are differences to what is left and above. */
function unfilter(filtered: Buffer, width: number): Buffer {
  const lines = Buffer.alloc(filtered.length)
  const step = width + 1
  for (let start = 0; start < filtered.length; start += step) {
    const filter = filtered[start] ?? 0
    for (let at = start + 1; at < start + step; at += 1) {
      const hasLeft = at > start + RGB_BYTES
      const left = hasLeft ? (lines[at - RGB_BYTES] ?? 0) : 0
      const above = lines[at - step] ?? 0
      const corner = hasLeft ? (lines[at - step - RGB_BYTES] ?? 0) : 0
      lines[at] = (filtered[at] ?? 0) + predict(filter, left, above, corner)
    }
  }
  return lines
}

/** The five filters of PNG, by their numbers. */
function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)]
  const toCorner = Math.abs(left + above - 2 * corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
