/** A step of `npm run check`: `main.ts written`, or `main.ts rendered KUBECTL`. Prints what is wrong, a line each, and ends with 1. */
import { fileURLToPath } from 'node:url'
import { checkRendered, checkWritten } from './check-manifests.ts'
import { toSentence } from './fault.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

const [kubectl] = process.argv.slice(3)
const faults = kubectl === undefined ? await checkWritten(ROOT) : await checkRendered(ROOT, kubectl)
for (const fault of faults) console.error(toSentence(fault))
process.exitCode = faults.length === 0 ? 0 : 1
