/** A step of `npm run check`: the licences of all packages. Prints what is wrong, a line each, and ends with 1. */
import { existsSync, readFileSync } from 'node:fs'
import { RULES } from './allowed-licences.ts'
import { licenceFaults } from './licence-faults.ts'

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

function licenceIn(path: string): string | undefined {
  const manifest = `${path}/package.json`
  return existsSync(manifest) ? read(manifest).license : undefined
}

const faults = licenceFaults(read('package-lock.json').packages, RULES, licenceIn)
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
