import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

const FOLDER = mkdtempSync(join(tmpdir(), 'settle-scaling-'))
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

function run(...args: string[]) {
  return spawnSync(process.execPath, ['loadgen/scaling.ts', ...args], { encoding: 'utf8' })
}

/** Each run is a process of its own, beside those of other tests. */
const MOST_MILLISECONDS = 90_000
const SMALL = ['--profile', 'spike', '--base', '5', '--peak', '50']

test(
  'writes a page, a plot of each function and every point, the same each time',
  () => {
    const out = join(FOLDER, 'out')
    const args = [...SMALL, '--set', 'ingest.target=4', '--set', 'worker.min=2', '--out', out]
    const { status, stdout, stderr } = run(...args)
    expect({ status, stderr: stderr.replace(/^\d+ of .*\n/gm, '') }).toEqual({ status: 0, stderr: '' })
    expect(readdirSync(out).toSorted()).toEqual(['index.md', 'ingest.svg', 'result.json', 'worker.svg'])
    const page = readFileSync(join(out, 'index.md'), 'utf8')
    expect(page).toContain(`npm run scaling -- ${args.join(' ')}`)
    expect(page).toContain('| A: as it stands | B: target=4 |')
    expect(page).toContain('Assumed: an instance is ready 3 s after it was decided on.')
    expect(page).toContain('docs/performance/latency/result.json')
    for (const line of stdout.split('\n').filter(line => line.startsWith('| '))) expect(page).toContain(line)
    const plot = readFileSync(join(out, 'ingest.svg'), 'utf8')
    for (const text of [
      'A: as it stands',
      'B: target=4',
      'instances',
      'waiting',
      'latency, ms',
      'errors / s',
      'cost, US cents',
      'seconds',
    ])
      expect(plot).toContain(text)
    const result = readFileSync(join(out, 'result.json'), 'utf8')
    expect(JSON.parse(result)[0].outcomes[1].points).toHaveLength(300)
    run(...args)
    expect(readFileSync(join(out, 'result.json'), 'utf8')).toBe(result)
    expect(readFileSync(join(out, 'ingest.svg'), 'utf8')).toBe(plot)
  },
  MOST_MILLISECONDS,
)

test('answers 2 and the usage for what it cannot read', () => {
  const { status, stderr } = run('--set', 'worker.limit=8')
  expect(status).toBe(2)
  expect(stderr).toContain('limit: must be one of min, max')
  expect(stderr).toContain('npm run scaling')
})
