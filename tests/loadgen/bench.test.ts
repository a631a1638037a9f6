import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { drawChart } from '../../loadgen/bench/chart.ts'
import { parseFlags, SUBJECTS } from '../../loadgen/bench/flags.ts'
import { comparison } from '../../loadgen/bench/report.ts'
import { sendAll } from '../../loadgen/bench/send-all.ts'
import { makeWorkload, SKEWS } from '../../loadgen/bench/workload.ts'
import { Figures } from '../../loadgen/figures/figures.ts'
import { runLoadgen } from './support/run-loadgen.ts'

test('measures all contenders on all workloads unless told otherwise', () => {
  expect(parseFlags([])).toMatchObject({
    ...{ transfers: 100_000, rowTransfers: 6_000, accounts: 1_000, orders: 20, connections: 64, rounds: 3 },
    ...{ seed: 1, workloads: [...SKEWS], only: [...SUBJECTS], out: undefined, cpuProf: undefined },
  })
  expect(parseFlags(['--only', 'floor,row', '--out', '/results'])).toMatchObject({
    ...{ only: ['floor', 'row'], out: '/results' },
  })
})

test.each([
  [['--transfers', '99'], '--transfers 99: must be'],
  [['--accounts', '2'], '--accounts 2: must be'],
  [['--workloads', 'uniform,cold'], '--workloads cold: must be one of uniform, hot-source, hot-destination'],
  [['--only', ''], '--only : must be one of settle'],
])('names the wrong flag in %j', (args, message) => {
  expect(() => parseFlags(args)).toThrow(message)
})

test.each(SKEWS)('makes the same %s transfers of the same seed, none within one account', skew => {
  const size = { skew, accounts: 100, transfers: 2_000, seed: 7 }
  const { transfers } = makeWorkload(size)
  expect(makeWorkload(size).transfers).toEqual(transfers)
  expect(makeWorkload({ ...size, seed: 8 }).transfers).not.toEqual(transfers)
  expect(new Set(transfers.map(({ transactionId }) => transactionId)).size).toBe(2_000)
  expect(
    transfers.filter(({ sourceAccountId: source, destinationAccountId }) => source === destinationAccountId),
  ).toEqual([])
  const share = (side: 'sourceAccountId' | 'destinationAccountId') =>
    transfers.filter(transfer => transfer[side] === 'bench-0').length / transfers.length
  expect(share('sourceAccountId') > 0.85).toBe(skew === 'hot-source')
  expect(share('destinationAccountId') > 0.85).toBe(skew === 'hot-destination')
})

const contenders = [
  { subject: 'settle', title: 'Settle' },
  { subject: 'floor', title: 'its floor' },
] as const

function twoRounds(): Figures {
  const figures = new Figures()
  for (const rate of [600, 60]) figures.add('uniform', 'settle', rate)
  for (const rate of [1000, 80]) figures.add('uniform', 'floor', rate)
  return figures
}

test('compares contenders within each round, and says nothing of those that were not measured', () => {
  const table = comparison(twoRounds(), contenders)
  expect(table).toContain('| uniform | 330 (60–600) | 540 (80–1,000) |')
  // The medians' own ratio would be 0.611.
  expect(table.at(-1)).toBe('| uniform | 0.675 | – | – | – | – |')
})

test('draws each contender in percent of the floor, and nothing without one', () => {
  const svg = drawChart(twoRounds(), contenders)
  for (const text of ['Settle', 'its floor', '67.5 %', '100 %']) expect(svg).toContain(`>${text}</text>`)
  expect(drawChart(twoRounds(), contenders.slice(0, 1))).toBeUndefined()
})

test('ends with the first answer that is not what it should be', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/3' ? 503 : 202).end('what was said')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sending = {
    ...{ url: `http://127.0.0.1:${port}`, token: 'a token', connections: 2 },
    ...{ interrupted: new AbortController().signal },
    findFault: (status: number, body: string) => (status === 202 ? undefined : body),
  }
  const requests = [1, 2, 3].map(path => ({ method: 'POST', path: `/${path}`, body: '{}' }))
  await sendAll(requests.slice(0, 2), sending)
  await expect(sendAll(requests, sending)).rejects.toThrow('POST /3 → 503: what was said')
  await new Promise(resolve => server.close(resolve))
})

test('takes no figure of a database where a COMMIT is less than on disk', async () => {
  const { code, stdout, stderr } = await runLoadgen('bench.ts', ['--transfers', '100', '--only', 'floor'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/bought with durability: sync_binlog is 0, not 1; log_bin is 0, not 1\./)
})

test('measures everything on engines of its own, and keeps what it measured', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'settle-bench-'))
  const given = { MYSQL_URL: process.env['MYSQL_URL'], REDIS_URL: process.env['REDIS_URL'] }
  try {
    Object.assign(process.env, { MYSQL_URL: '', REDIS_URL: '' })
    const sizes = ['--transfers', '200', '--row-transfers', '100', '--accounts', '10', '--rounds', '1']
    const { code, stdout } = await runLoadgen('bench.ts', [
      ...sizes,
      '--workloads',
      'uniform',
      '--out',
      folder,
    ])
    expect(stdout).toMatch(/^\| uniform \|/m)
    expect(code).toBe(0)
    const { settings, samples, parts, flags } = JSON.parse(readFileSync(join(folder, 'bench.json'), 'utf8'))
    expect(settings).toMatchObject({ innodb_flush_log_at_trx_commit: '1', sync_binlog: '1', log_bin: '1' })
    expect(samples.map(({ contender }: { contender: string }) => contender)).toEqual([
      'settle',
      'floor',
      'row',
      'lock',
    ])
    const names = new Set(parts.map(({ part }: { part: string }) => part.split(/[ ,:]/)[0]))
    const functions = ['status', 'accounts', 'dead-letter', 'worker', 'sweeper', 'ingest']
    expect([...names]).toEqual(['applyBatch', 'bare', 'drain', 'accept', ...functions])
    expect(JSON.stringify(flags)).not.toContain(folder)
    expect(readFileSync(join(folder, 'bench.md'), 'utf8').trim()).toBe(stdout.trim())
    expect(readFileSync(join(folder, 'bench.svg'), 'utf8')).toContain('>100 %</text>')
  } finally {
    Object.assign(process.env, given)
    rmSync(folder, { recursive: true })
  }
}, 120_000)
