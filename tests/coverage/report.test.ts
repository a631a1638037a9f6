import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import type { FileCount } from './count-file.ts'
import { KINDS } from './kinds.ts'
import { folderTable, holesTable } from './report.ts'
import { readScripts } from './scripts.ts'
import { folderOf } from './suites.ts'
import { findShortfalls, sumOf } from './sums.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function fileOf(covered: number, total: number, linesNotRun: readonly number[] = []): FileCount {
  return { lines: { covered, total }, branches: { covered, total }, linesNotRun, branchesNotTaken: [] }
}

test('takes 95 % of lines and 90 % of branches for enough, and nothing less', () => {
  const sum = (lines: number, branches: number) => ({
    files: 1,
    lines: { covered: lines, total: 10_000 },
    branches: { covered: branches, total: 10_000 },
  })
  expect(findShortfalls(sum(9500, 9000))).toEqual([])
  expect(findShortfalls(sum(9499, 8999))).toEqual([
    '94.9 % of lines have run, and 95 % have to',
    '89.9 % of branches have run, and 90 % have to',
  ])
})

test('adds up lines, and not percentages of files', () => {
  const counts = new Map([
    ['lib/a/long.ts', fileOf(90, 99)],
    ['lib/a/short.ts', fileOf(0, 1)],
    ['lib/b.ts', fileOf(0, 0)],
  ])
  expect(folderTable(counts).slice(2)).toEqual([
    '| lib and functions | 3 | 100 | 90.0 % | 100 | 90.0 % |',
    '| lib | 1 | 0 | 100.0 % | 0 | – |',
    '| lib/a | 2 | 100 | 90.0 % | 100 | 90.0 % |',
  ])
  expect(sumOf([]).files).toBe(0)
})

test('names every file of which something has not run, the largest hole first', () => {
  const counts = new Map([
    ['lib/a.ts', fileOf(9, 10, [3])],
    ['lib/b.ts', fileOf(8, 10, [4, 7])],
    ['lib/c.ts', fileOf(10, 10)],
  ])
  expect(holesTable(counts).slice(2)).toEqual(['| lib/b.ts | 4, 7 | – |', '| lib/a.ts | 3 | – |'])
})

test('says what the tests of each folder are for', () => {
  const suites = globSync('tests/**/*.test.ts', { cwd: ROOT })
  expect(new Set(Object.keys(KINDS))).toEqual(new Set(suites.map(folderOf)))
})

test('counts every source of lib and functions, and none asks to be left out', () => {
  const scripts = readScripts()
  expect([...scripts.keys()]).toContain('functions/console/page/main.ts')
  expect(scripts.size).toBeGreaterThan(300)
  const hints = [...scripts].filter(([, { code }]) => /(istanbul|[cv]8|node:coverage)\s+ignore/.test(code))
  expect(hints.map(([path]) => path)).toEqual([])
})
