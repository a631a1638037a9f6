/**
 * Writes the API's description as the JSON that lib/openapi reads where there is no YAML: `docs/openapi.json`. For the build of an image,
 * which then leaves the YAML out. Beside the YAML it would never be read, so it cannot be stale.
 */
import { writeFileSync } from 'node:fs'
import { documentJson } from '../../lib/openapi/document.ts'

writeFileSync(new URL('../../docs/openapi.json', import.meta.url), documentJson())
