import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { type Start, slowFunctions, startsTable } from '../../loadgen/cold-start/report.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function run(...flags: string[]): string {
  const args = ['--disable-warning=ExperimentalWarning', 'loadgen/cold-start.ts', ...flags]
  return execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

const start = (tree: string, ready: number): Start => ({
  name: 'worker',
  tree,
  ready,
  loaded: ready + 1,
  cpu: ready / 2,
})
const starts = [300, 100, 200].map(ready => start('image', ready)).concat(start('here', 900))

test('says the median and the worst of each function from each tree', () => {
  expect(startsTable(starts).slice(2)).toEqual([
    '| worker | image | 200 | 300 | 201 | 100 |',
    '| worker | here | 900 | 900 | 901 | 450 |',
  ])
  expect(startsTable([{ ...start('image', 5), cpu: undefined }]).at(-1)).toContain('unknown')
})

test('a function is slow by the median of the tree that is asked about, not by its worst start', () => {
  expect(slowFunctions(starts, 'image', 200)).toEqual([])
  expect(slowFunctions(starts, 'image', 199)).toEqual(['worker'])
  expect(slowFunctions(starts, 'here', 700)).toEqual(['worker'])
})

test('measures a real start, and ends with 1 when it took longer than it may', () => {
  const flags = ['--trees', 'here', '--starts', '1', '--functions', 'worker']
  expect(run(...flags, '--at-most', '60000')).toMatch(
    /^\| worker \| here \| \d+ \| \d+ \| \d+ \| (\d+|unknown) \|$/m,
  )
  expect(() => run(...flags, '--at-most', '1')).toThrow(
    expect.objectContaining({
      status: 1,
      stdout: expect.stringContaining('p50 above 1 ms: worker from here'),
    }),
  )
})

test('measures a start with a variable beside one without', () => {
  const flags = ['--trees', 'here', '--starts', '1', '--functions', 'worker', '--at-most', '60000']
  const said = run(...flags, '--env', 'LOG_LEVEL=debug', '--env', 'MYSQL_POOL_SIZE=3')
  expect(said).toMatch(/^\| worker \| here \| \d+ /m)
  expect(said).toMatch(/^\| worker \| here, LOG_LEVEL, MYSQL_POOL_SIZE \| \d+ /m)
  // One that the function does not take shows that it is given it.
  expect(() => run(...flags, '--env', 'MYSQL_POOL_SIZE=none')).toThrow(
    expect.objectContaining({ stderr: expect.stringContaining('MYSQL_POOL_SIZE') }),
  )
})

test.each([
  [['--env', 'nothing'], /--env nothing: must be NAME=VALUE/],
  [['--functions', 'nobody'], /--functions nobody: must be one of accounts/],
  [['--trees', 'cloud'], /--trees cloud: must be one of image, here/],
  [['--starts', '0'], /--starts 0: must be a whole number/],
])('refuses %p', (flags, said) => {
  expect(() => run(...flags)).toThrow(
    expect.objectContaining({ status: 2, stderr: expect.stringMatching(said) }),
  )
})
