import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'settle-loadgen-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Writes a file that is gone when the process ends, and answers where it is. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}
