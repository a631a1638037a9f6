import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FILES = globSync('{lib,functions,tests}/**/*.ts', { cwd: ROOT })
const textOf = (files: readonly string[]) =>
  files.map(file => readFileSync(`${ROOT}${file}`, 'utf8')).join('\n')
// What is written about the tables, this file and its test among it, proves nothing of them.
const TESTS = textOf(FILES.filter(file => file.startsWith('tests/') && !/documented|tests\/docs/.test(file)))
const CODE = textOf(FILES.filter(file => !file.startsWith('tests/')))

/** Says what rows of the table of invariants name that is not there: tests, files, constraints, words of the code. */
export function findInvariantFaults(page: string): string[] {
  const rows = readRows(page)
  return rows.flatMap(row => {
    const cells = row.split(' | ')
    if (cells.length !== 3) return [`not three cells: ${row}`]
    const [, enforced = '', seen = ''] = cells
    return [
      ...(/"|`|the simulation/.test(seen) ? [] : [`nothing sees: ${row}`]),
      ...[...seen.matchAll(/"([^"]+)"/g)].flatMap(([, name = '']) =>
        TESTS.includes(`'${name}'`) ? [] : [`no test is called: ${name}`],
      ),
      ...[...`${enforced} ${seen}`.matchAll(/`([^`]+)`/g)].flatMap(([, word = '']) =>
        isThere(word) ? [] : [`there is no ${word}`],
      ),
    ]
  })
}

export function readRows(page: string): string[] {
  const rows = [...page.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row)
  return rows.filter(row => !row.startsWith('it holds that'))
}

/** A path, the name of a file, a command, a constraint or index, or a word or two of the code such as `Books`. */
function isThere(word: string): boolean {
  if (word.includes('/')) return existsSync(`${ROOT}${word}`)
  if (word.endsWith('.ts')) return FILES.some(file => basename(file) === word)
  const [, script] = /^npm run (\S+)$/.exec(word) ?? []
  if (script !== undefined) return readFileSync(`${ROOT}package.json`, 'utf8').includes(`"${script}":`)
  const names = word.replace(/^(CHECK|UNIQUE) /, '').split('.')
  return names.every(name => new RegExp(`\\b${name}\\b`).test(`${CODE}${TESTS}`))
}
