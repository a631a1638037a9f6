import { expect, test } from '@jest/globals'
import { EventReader } from '../../../functions/console/page/event-reader.ts'

const STREAM =
  'retry: 1000\n\nid: 2\nevent: balance\ndata: {"version":2}\n\n: beat\n\nid: 3\nevent: balance\ndata: {"version":3}\n\n'
const EVENTS = [
  { id: '2', event: 'balance', data: '{"version":2}' },
  { id: '3', event: 'balance', data: '{"version":3}' },
]

test('reads the events of a stream, and passes over what is none', () => {
  expect(new EventReader().take(STREAM)).toEqual(EVENTS)
})

test('reads the same whatever pieces it comes in', () => {
  for (let size = 1; size < STREAM.length; size++) {
    const reader = new EventReader()
    const pieces = STREAM.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    expect(pieces.flatMap(piece => reader.take(piece))).toEqual(EVENTS)
  }
})

test('reads lines that end as elsewhere, also where a piece ends between the two', () => {
  const reader = new EventReader()
  expect(reader.take('event: balance\r')).toEqual([])
  expect(reader.take('\ndata: one\r\ndata: two\r\n\r\n')).toEqual([
    { id: '', event: 'balance', data: 'one\ntwo' },
  ])
})

test('keeps what has not come whole to itself', () => {
  expect(new EventReader().take('id: 4\ndata: {"version":4}\n')).toEqual([])
})
