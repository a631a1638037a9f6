import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { countAll } from './count-all.ts'
import type { FileCount } from './count-file.ts'
import { readScript } from './scripts.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settle-coverage-'))
  await mkdir(join(folder, 'v8'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Writes a script, runs it once for each word in a process of its own, and counts. */
async function count(
  lines: readonly string[],
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<FileCount> {
  const file = join(folder, 'script.ts')
  await writeFile(file, lines.join('\n'))
  const env = { NODE_V8_COVERAGE: join(folder, 'v8'), ...more }
  for (const word of words) {
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', file, word], { env })
  }
  const counts = await countAll(new Map([['script.ts', readScript(file)]]), join(folder, 'v8'))
  return counts.get('script.ts') as FileCount
}

const SCRIPT = [
  '/** What is said to a word. */',
  'type Answer = string | undefined',
  '',
  'export function answer(word: Answer, mark: string = "."): Answer {',
  '  if (word === "one") {',
  '    return "first" + mark',
  '  }',
  '  return word === "two" ? "second" : neither()',
  '}',
  '',
  'function neither(): string {',
  '  return "neither"',
  '}',
  '',
  'answer(process.argv[2])',
]

const BY_WORD = ['const word = process.argv[2]', 'word === "one" ? 1 : 2']

test('counts what several processes ran together', async () => {
  const { linesNotRun, branchesNotTaken } = await count(SCRIPT, ['one', 'two'])
  expect(linesNotRun).toEqual([12])
  expect(branchesNotTaken).toEqual([8])
})

test('counts no type, comment or blank line, and no default as a branch', async () => {
  const { lines, branches } = await count(SCRIPT, ['one', 'two', 'three'])
  // Lines 5, 6, 8, 12 and 15; two ways of the `if`, and two of the `?:`.
  expect({ lines: lines.total, branches: branches.total }).toEqual({ lines: 5, branches: 4 })
  expect({ lines: lines.covered, branches: branches.covered }).toEqual({ lines: 5, branches: 4 })
})

test('counts an else that is not written as a branch', async () => {
  const script = ['if (process.argv[2] === "one") {', '  process.exitCode = 0', '}']
  expect((await count(script, ['one'])).branchesNotTaken).toEqual([1])
  expect((await count(script, ['one', 'two'])).branchesNotTaken).toEqual([])
})

test('counts a script that no process ran, and nothing of it as run', async () => {
  const { lines, branches } = await count(SCRIPT, [])
  expect({ lines, branches }).toMatchObject({
    lines: { total: 5, covered: 0 },
    branches: { total: 4, covered: 0 },
  })
})

test('takes a script for the same where Node wrote a line behind it and where nobody did', async () => {
  expect((await count(BY_WORD, ['one'])).branchesNotTaken).toEqual([2])
  // As another process counts it, without that line: all of it has run once.
  const { url, code } = readScript(join(folder, 'script.ts'))
  const ranges = [{ startOffset: 0, endOffset: code.length, count: 1 }]
  const result = [{ url, functions: [{ functionName: '', isBlockCoverage: true, ranges }] }]
  await writeFile(join(folder, 'v8', 'other.json'), JSON.stringify({ result }))
  expect((await count(BY_WORD, [])).branchesNotTaken).toEqual([])
})

test('does not take what came out of the compile cache for having gone every way', async () => {
  const cached = { NODE_COMPILE_CACHE: join(folder, 'cache') }
  // The first fills the cache.
  const { branchesNotTaken } = await count(BY_WORD, ['one', 'one'], cached)
  expect(branchesNotTaken).toEqual([2])
})
