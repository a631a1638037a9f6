import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { type Mutant, readMutants } from './mutants.ts'
import { scoresTable, survivorsTable } from './report.ts'
import { findFaults, REASONS } from './survivors.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function mutant(status: string, over: Partial<Mutant> = {}): Mutant {
  return { file: 'a.ts', line: 1, code: 'x < 1', becomes: 'x <= 1', status, ...over }
}

const killed = (count: number) => Array.from({ length: count }, () => mutant('Killed'))
const lived = (count: number, over?: Partial<Mutant>) =>
  Array.from({ length: count }, () => mutant('Survived', over))
const reason = { file: 'a.ts', code: 'x < 1', becomes: 'x <= 1', why: 'The same.' }

test('takes 85 % for enough, and nothing less', () => {
  const reasons = (count: number) => Array.from({ length: count }, () => ({ ...reason }))
  expect(findFaults([...killed(85), ...lived(15)], reasons(15))).toEqual([])
  expect(findFaults([...killed(849), ...lived(151)], reasons(151))).toEqual([
    'the score is 84.90 %, and 85 % is the least',
  ])
})

test('takes a reason for one survivor alone', () => {
  expect(findFaults([...killed(98), ...lived(2)], [reason])).toEqual([
    'a.ts:1 no test sees that x < 1 becomes x <= 1',
  ])
})

test('names a survivor without a reason, and a reason without a survivor', () => {
  const mutants = [...killed(9), ...lived(1, { line: 7, becomes: 'true' })]
  expect(findFaults(mutants, [reason])).toEqual([
    'a.ts:7 no test sees that x < 1 becomes true',
    'a.ts: no survivor needs a reason why x < 1 may become x <= 1',
  ])
})

test.each(['NoCoverage', 'RuntimeError', 'Ignored'])('counts what is %s as seen by no test', status => {
  expect(findFaults([...killed(9), mutant(status)], [])).toEqual([
    'a.ts:1 no test sees that x < 1 becomes x <= 1',
  ])
})

test('adds up mutants, and not percentages of files', () => {
  const mutants = [...killed(8), mutant('Timeout'), ...lived(1, { file: 'b.ts' })]
  expect(scoresTable(mutants).slice(2)).toEqual([
    '| lib/ledger | 10 | 8 | 1 | 1 | 90.0 % |',
    '| a.ts | 9 | 8 | 1 | 0 | 100.0 % |',
    '| b.ts | 1 | 0 | 0 | 1 | 0.0 % |',
  ])
})

test('lists survivors with their reasons, and those that have none', () => {
  const mutants = [...killed(1), ...lived(1), ...lived(1, { code: 'x || y', becomes: 'x && y' })]
  expect(survivorsTable(mutants, [reason]).slice(2)).toEqual([
    '| a.ts:1 | `x < 1` | `x <= 1` | The same. |',
    '| a.ts:1 | `x \\|\\| y` | `x && y` | **not explained** |',
  ])
})

test('cuts what a mutant changes out of the source, also over lines', () => {
  const at = (startLine: number, startColumn: number, endLine: number, endColumn: number) => ({
    location: { start: { line: startLine, column: startColumn }, end: { line: endLine, column: endColumn } },
    ...{ replacement: '{}', mutatorName: 'BlockStatement', status: 'Killed' },
  })
  const source = 'if (x < 1) {\n  go()\n}\n'
  const read = readMutants({ files: { 'a.ts': { source, mutants: [at(1, 12, 3, 2), at(1, 5, 1, 10)] } } })
  expect(read.map(({ line, code }) => [line, code])).toEqual([
    [1, '{ go() }'],
    [1, 'x < 1'],
  ])
})

test.each(REASONS)('$file still has what there is a reason for: $code', ({ file, code }) => {
  expect(readFileSync(`${ROOT}${file}`, 'utf8')).toContain(code)
})
