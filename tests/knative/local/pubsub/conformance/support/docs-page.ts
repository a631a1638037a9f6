import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../../../../../../docs/pubsub-emulator.md', import.meta.url)

export function readDocsPage(): string {
  return readFileSync(FILE, 'utf8')
}

export function writeDocsPage(text: string): void {
  writeFileSync(FILE, text)
}
