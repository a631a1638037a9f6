import { expect, test } from '@jest/globals'
import { overdraftLimits } from '../../loadgen/replay/bank-row.ts'
import { readBankFile } from '../../loadgen/replay/read-bank-file.ts'
import { rowEvent } from '../../loadgen/replay/row-event.ts'
import { temporaryFile } from './support/temporary-file.ts'

const HEADER = 'transaction_id,account_id,date,direction,amount,balance_after'

function bankFile(...lines: string[]): string {
  return temporaryFile('bank.csv', `${lines.join('\n')}\n`)
}

test('reads rows with exact money, and the line each stands in', async () => {
  const file = bankFile(
    HEADER,
    '7,576,1993-01-31,credit,900.10,900.10',
    '',
    '8,576,1993-02-01,debit,0.0001,900.0999',
  )
  expect(await readBankFile(file)).toEqual([
    {
      line: 2,
      transactionId: 'cz-7',
      accountId: 'cz-576',
      date: '1993-01-31',
      direction: 'credit',
      amount: 9_001_000n,
      balanceAfter: 9_001_000n,
    },
    {
      line: 4,
      transactionId: 'cz-8',
      accountId: 'cz-576',
      date: '1993-02-01',
      direction: 'debit',
      amount: 1n,
      balanceAfter: 9_000_999n,
    },
  ])
})

test('publishes a credit as money from the world, and a debit as money to it', async () => {
  const file = bankFile(HEADER, '7,1,1993-01-31,credit,900.10,900.10', '8,1,1993-02-01,debit,0.0001,900.0999')
  const events = (await readBankFile(file)).map(row => JSON.parse(rowEvent(row)))
  expect(events).toEqual([
    {
      transactionId: 'cz-7',
      sourceAccountId: 'world:CZK',
      destinationAccountId: 'cz-1',
      amount: '900.10',
      currency: 'CZK',
      timestamp: '1993-01-31T00:00:00Z',
    },
    {
      transactionId: 'cz-8',
      sourceAccountId: 'cz-1',
      destinationAccountId: 'world:CZK',
      amount: '0.0001',
      currency: 'CZK',
      timestamp: '1993-02-01T00:00:00Z',
    },
  ])
})

test('allows an account as much overdraft as its lowest balance shows', async () => {
  const file = bankFile(
    HEADER,
    '1,low,1993-01-01,debit,5.00,-5.00',
    '2,low,1993-01-02,debit,0.50,-5.50',
    '3,low,1993-01-03,credit,9.00,3.50',
    '4,high,1993-01-04,credit,1.00,1.00',
  )
  const limits = overdraftLimits(await readBankFile(file))
  expect([...limits]).toEqual([
    ['cz-low', 55_000n],
    ['cz-high', 0n],
  ])
})

const GOOD = '1,1,1993-01-01,credit,5.00,5.00'

test.each([
  [
    'a missing column',
    ['transaction_id,account_id,date,direction,amount'],
    /:1: has no column balance_after/,
  ],
  ['a row that is too short', [HEADER, GOOD, '2,1,1993-01-02'], /:3: /],
  [
    'an amount that is no decimal',
    [HEADER, '1,1,1993-01-01,credit,5e2,5.00'],
    /:2: amount "5e2" is not a decimal/,
  ],
  ['an amount of zero', [HEADER, '1,1,1993-01-01,credit,0.00,0.00'], /:2: amount "0.00" is not above zero/],
  [
    'a balance that is no decimal',
    [HEADER, GOOD, '2,1,1993-01-02,debit,1.00,'],
    /:3: balance_after "" is not/,
  ],
  [
    'a day that does not exist',
    [HEADER, '1,1,1993-02-29,credit,5.00,5.00'],
    /:2: date "1993-02-29" is not a date/,
  ],
  ['an unknown direction', [HEADER, '1,1,1993-01-01,Credit,5.00,5.00'], /:2: direction "Credit" is neither/],
  [
    'an id the service would refuse',
    [HEADER, '1 2,1,1993-01-01,credit,5.00,5.00'],
    /:2: transaction_id "1 2" is not an id/,
  ],
  [
    'an id that comes twice',
    [HEADER, GOOD, '1,2,1993-01-01,credit,5.00,5.00'],
    /:3: transaction_id is that of line 2/,
  ],
  [
    'a balance that does not follow',
    [HEADER, GOOD, '2,2,1993-01-01,credit,1.00,1.00', '3,1,1993-01-02,debit,1.00,4.0001'],
    /:4: balance_after 4.0001 does not follow: 5.00 - 1.00 is 4.00/,
  ],
  ['no rows', [HEADER], /has no rows/],
])('names the line of %s', async (_, lines, message) => {
  const file = bankFile(...lines)
  await expect(readBankFile(file)).rejects.toThrow(message)
  await expect(readBankFile(file)).rejects.toThrow(file)
})

test('says which file is not there', async () => {
  await expect(readBankFile('no-such.csv')).rejects.toThrow('no-such.csv cannot be read')
})
