import { fileURLToPath } from 'node:url'

/** Where initialised empty data directories are kept between runs: `.local/templates` of this clone. */
export function templateCache(): string {
  return fileURLToPath(new URL('../../../.local/templates', import.meta.url))
}
