import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const ROOT = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8')
const page = read('docs/dependencies.md')
const packages = JSON.parse(read('package.json'))
const { packages: locked } = JSON.parse(read('package-lock.json'))

/** The cells of each row below a heading: name, what for, why, licence. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.split('|').map(cell => cell.trim()))
    .map(([, name = '', ...cells]) => [name.replaceAll('`', ''), ...cells])
}

test.each([
  ['In the image', 'dependencies'],
  ['For development', 'devDependencies'],
  ['Node itself', 'optionalDependencies'],
])('%s: names every package of package.json, and no other', (heading, field) => {
  expect(rowsUnder(heading).map(([name]) => name)).toEqual(Object.keys(packages[field]).sort())
})

test.each(['In the image', 'For development', 'Node itself'])('%s: has the licence of each', heading => {
  const rows = rowsUnder(heading)
  expect(rows.map(([name, , , licence]) => [name, licence])).toEqual(
    rows.map(([name]) => [name, locked[`node_modules/${name}`]?.license]),
  )
})
