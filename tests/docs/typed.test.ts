import { expect, test } from '@jest/globals'
import { compareAnswer } from '../support/documented/compare-answer.ts'
import { compareTranscript } from '../support/documented/compare-transcript.ts'
import { isRunnable, readShellCommands } from '../support/documented/shell-commands.ts'
import { findFaults } from '../support/documented/type-document.ts'

// tests/commands types what documents say; that it would see a fault is seen here, without a stack.

test('reads commands of several lines, with what stands behind them', () => {
  const text = `Words.

\`\`\`sh
# a comment alone
export TOKEN=$(npm run --silent client -- token)   # --sub ana
curl -X POST http://127.0.0.1:8080/a \\
  -d '{"one":
       "# 1"}'        # 409 account_exists
until curl http://127.0.0.1:8080/b | grep c
do sleep 0.1; done
\`\`\`

\`\`\`json
{"c": 1}
\`\`\`
`
  const commands = readShellCommands(text)
  expect(commands.map(({ text: said, line, status }) => [said.split('\n').length, line, status])).toEqual([
    [1, 5, undefined],
    [3, 6, '409'],
    [2, 9, undefined],
  ])
  expect(commands.map(({ shown }) => shown?.text)).toEqual([undefined, undefined, '{"c": 1}\n'])
})

test('takes what stands behind other words for no answer', () => {
  expect(readShellCommands('```sh\ncurl a\n```\n\nWords.\n\n```json\n{}\n```\n')[0]?.shown).toBeUndefined()
})

test.each([
  ['npm run --silent client -- balance carol     # of …', true],
  ['export TOKEN=$(npm run --silent client -- token)', true],
  ['A=$(curl -s http://127.0.0.1:8080/x)', true],
  ['while read -r one; do echo $one; done < /tmp/x', true],
  ['npm run verify -- --full --hash 3:17:9f86d0…', false],
  ['npm run --silent client -- replay ID', false],
  ['npm start', false],
  ['npm run loadgen -- --rate 5', false],
  ['gcloud pubsub topics list', false],
  ['ADDRESS=$(gcloud sql instances describe settle)', false],
  ['for function in worker; do kubectl delete pod $function; done', false],
  ['curl https://api.settle.example.com/healthz', false],
  ['rm -r .local', false],
])('%s: is it run? %s', (text, expected) => {
  expect(isRunnable({ text })).toBe(expected)
})

const TRANSCRIPT = `Settle: MariaDB 10.11.19 and Redis 7.0.15 (0.4 s)
  POST /api/v1/accounts → 201  alice-mwqt9pcg opened with 100.00 USD
  GET  …/status → {"status":"COMPLETED"}  (217 ms after the POST)
…
The end, at http://127.0.0.1:41523, 2026-11-21T19:38:47.395Z.`
const SAID = `
> settle@0.1.0 start
> node knative/local/bootstrap.mjs start --once

Settle: MySQL 8.4.2 and Valkey 8.0.1 (12.3 s)
  POST /api/v1/accounts → 201  alice-xyz opened with 100.00 USD
  GET  /rent-xyz/status → {"status":"COMPLETED"}  (3 ms after the POST)
one line
another
The end, at http://127.0.0.1:1, 2027-01-01T00:00:00.000Z.
`

test('takes a transcript for the same with other times, ids, ports and engines', () => {
  expect(compareTranscript(TRANSCRIPT, SAID)).toBeUndefined()
})

test.each([
  ['an amount', '100.00 USD', '10.00 USD', 'opened with 10.00 USD" is said'],
  ['a status', 'COMPLETED', 'FAILED', '"FAILED"}  (DURATION after the POST)" is said'],
  ['a line that is gone', / {2}POST.*\n/, '', '→ 201  alice-ID opened with 100.00 USD" is shown'],
  ['a line more', /\n$/, '\nNOT AS IT SHOULD BE\n', '"NOT AS IT SHOULD BE" is said, and not shown'],
  [
    'an end that is gone',
    /The end.*/,
    '',
    '"The end, at http://HOST, TIME." is shown, and "one line" is said',
  ],
])('sees %s', (_what, right, wrong, said) => {
  expect(compareTranscript(TRANSCRIPT, SAID.replace(right, wrong))).toContain(said)
})

const ANSWER = {
  accountId: 'ana',
  balance: 69.75,
  asOf: '2026-11-22T16:32:04.253Z',
  results: [{ seq: 1, message: 'transfer … of ana' }],
}

test('takes an answer for the same with another time, what is counted, and what is left out', () => {
  const said = {
    ...ANSWER,
    asOf: '2027-01-01T00:00:00.000Z',
    results: [{ seq: 9, message: 'transfer 17 of ana' }],
  }
  expect(compareAnswer(ANSWER, said)).toEqual([])
})

test.each([
  ['a value', { balance: 69.7 }, 'the answer.balance is shown as 69.75, and is 69.7'],
  ['a kind of value', { balance: '69.75' }, 'the answer.balance is shown as 69.75, and is "69.75"'],
  [
    'what is no time',
    { asOf: 'today' },
    'the answer.asOf is shown as "2026-11-22T16:32:04.253Z", and is "today"',
  ],
  ['a member that is not shown', { held: 0 }, 'the answer.held is there, and not shown'],
  ['a list that is shorter', { results: [] }, 'the answer.results.0 is shown, and not there'],
  [
    'what is counted, as text',
    { results: [{ seq: '1', message: 'transfer 1 of ana' }] },
    'the answer.results.0.seq is shown as 1, and is "1"',
  ],
])('sees %s in an answer', (_what, other, said) => {
  expect(compareAnswer(ANSWER, { ...ANSWER, ...other })).toEqual([said])
})

test('sees a member that is shown and not there', () => {
  const { balance: _balance, ...others } = ANSWER
  expect(compareAnswer(ANSWER, others)).toEqual(['the answer.balance is shown, and not there'])
})

const WENT = {
  text: 'curl x',
  line: 3,
  status: undefined,
  shown: undefined,
  code: 0,
  out: '',
  err: '',
  statuses: [],
}
const shows = (text: string) => ({ shown: { text, language: 'json', line: 5 } })

test.each([
  ['an exit code', { code: 1, err: 'no' }, 'ends with 1: no'],
  ['one refusal of several answers', { statuses: ['200', '401', '200'], out: 'no' }, 'is answered 401: no'],
  ['another status than it is said', { statuses: ['404'], status: '409' }, 'is answered 404: '],
  ['success where a refusal is said', { statuses: ['202'], status: '409' }, 'is answered 202: '],
  ['a status of nothing', { status: '409' }, 'is to be answered 409, and asks nobody'],
  [
    'success where a problem is shown',
    { statuses: ['200'], out: '{"status":409}', ...shows('{"status":409}') },
    'is answered 200: {"status":409}',
  ],
  ['another answer', { out: '{"a":2}', ...shows('{"a":1}') }, 'the answer.a is shown as 1, and is 2'],
  ['no answer', { out: 'gone', ...shows('{"a":1}') }, 'is shown to answer JSON: gone'],
])('sees of a command: %s', (_what, went, said) => {
  expect(findFaults({ ...WENT, ...went })).toEqual([`line 3, curl x ${said}`])
})

test('takes a command that went as it is said', () => {
  expect(findFaults({ ...WENT, statuses: ['200', '201'] })).toEqual([])
  expect(findFaults({ ...WENT, statuses: ['409'], status: '409' })).toEqual([])
  const problem = { statuses: ['409'], out: '{"status": 409}', ...shows('{"status": 409}') }
  expect(findFaults({ ...WENT, ...problem })).toEqual([])
})
