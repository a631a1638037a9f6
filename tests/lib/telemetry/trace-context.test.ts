import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import {
  inTrace,
  readTraceparent,
  traceNow,
  traceparentNow,
  writeTraceparent,
} from '../../../lib/telemetry/trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const sampled = { traceId: TRACE, spanId: SPAN, isSampled: true }

test.each([
  ['as the standard shows it', `00-${TRACE}-${SPAN}-01`, sampled],
  ['not sampled', `00-${TRACE}-${SPAN}-00`, { ...sampled, isSampled: false }],
  ['with flags that are not ours', `00-${TRACE}-${SPAN}-03`, sampled],
  ['with only such', `00-${TRACE}-${SPAN}-fe`, { ...sampled, isSampled: false }],
  ['of a later version', `01-${TRACE}-${SPAN}-01`, sampled],
  ['of a later version that says more', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be`, sampled],
])('reads a traceparent %s', (_, text, context) => {
  expect(readTraceparent(text)).toEqual(context)
})

test.each([
  ['nothing', undefined],
  ['several', [`00-${TRACE}-${SPAN}-01`]],
  ['several, joined as HTTP joins them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ['no text', ''],
  ['the version that is forbidden', `ff-${TRACE}-${SPAN}-01`],
  ['our version with more', `00-${TRACE}-${SPAN}-01-more`],
  ['a later version with more that is not set apart', `01-${TRACE}-${SPAN}-01more`],
  ['a version of one digit', `0-${TRACE}-${SPAN}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['a trace in upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a span in upper case', `00-${TRACE}-${SPAN.toUpperCase()}-01`],
  ['a trace that is too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['a trace that is too long', `00-${TRACE}0-${SPAN}-01`],
  ['a span that is too short', `00-${TRACE}-${SPAN.slice(1)}-01`],
  ['a span that is too long', `00-${TRACE}-${SPAN}0-01`],
  ['what is no digit', `00-${TRACE.slice(1)}g-${SPAN}-01`],
  ['flags of one digit', `00-${TRACE}-${SPAN}-1`],
  ['no flags', `00-${TRACE}-${SPAN}`],
  ['other signs between the parts', `00_${TRACE}_${SPAN}_01`],
  ['a blank before it', ` 00-${TRACE}-${SPAN}-01`],
  ['a line behind it', `00-${TRACE}-${SPAN}-01\n`],
  ['a line behind one of a later version', `01-${TRACE}-${SPAN}-01-a\nb`],
])('takes %s for no traceparent', (_, text) => {
  expect(readTraceparent(text)).toBeUndefined()
})

test('writes what it reads, in our version and with our flag only', () => {
  expect(writeTraceparent(sampled)).toBe(`00-${TRACE}-${SPAN}-01`)
  const later = readTraceparent(`cc-${TRACE}-${SPAN}-02-more`)
  expect(later && writeTraceparent(later)).toBe(`00-${TRACE}-${SPAN}-00`)
})

test('work is in its trace across what it awaits, whatever else goes on meanwhile', async () => {
  const other = { ...sampled, traceId: TRACE.replace('4', '5') }
  const seen = await Promise.all(
    [sampled, other, undefined].map(context =>
      inTrace(context, async () => {
        await pause(1)
        await Promise.resolve()
        return traceNow()
      }),
    ),
  )
  expect(seen).toEqual([sampled, other, undefined])
  expect(traceNow()).toBeUndefined()
})

test("work that is nobody's own leaves the trace it is begun in, and that goes on behind it", async () => {
  await inTrace(sampled, async () => {
    expect(await inTrace(undefined, async () => traceNow())).toBeUndefined()
    expect(traceNow()).toEqual(sampled)
  })
})

test('only a trace that is recorded goes on with a transaction', () => {
  expect(traceparentNow()).toBeNull()
  expect(inTrace(sampled, traceparentNow)).toBe(`00-${TRACE}-${SPAN}-01`)
  expect(inTrace({ ...sampled, isSampled: false }, traceparentNow)).toBeNull()
})
