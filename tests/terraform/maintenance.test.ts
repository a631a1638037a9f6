import { expect, test } from '@jest/globals'
import { type Body, blocks, readModule } from './hcl/read-module.ts'

const HOUR = 3_600_000
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

type Window = { readonly start_time: string; readonly end_time: string; readonly recurrence: string }

/** Hours in which GKE may maintain the cluster, in the 32 days that have the fewest of them. */
function fewestHours({ start_time, end_time, recurrence }: Window): number {
  const [, days = ''] = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(recurrence) ?? []
  const hours = (Date.parse(end_time) - Date.parse(start_time)) / HOUR
  const isOpen = (day: number) => days.split(',').includes(DAYS[day % 7] ?? '')
  const from = [...DAYS.keys()].map(first => Array.from({ length: 32 }, (_, day) => first + day))
  // GKE counts no window of less than four hours.
  return hours < 4 ? 0 : Math.min(...from.map(span => span.filter(isOpen).length * hours))
}

const cluster = (await readModule('cloud')).resources.get('google_container_cluster.settle')
const [policy] = blocks(cluster?.['maintenance_policy'])
const [window] = blocks((policy as Body)['recurring_window'])

test('GKE has the 48 hours in any 32 days without which it refuses the cluster', () => {
  expect(fewestHours(window as unknown as Window)).toBeGreaterThanOrEqual(48)
})

test('the window begins on a day that it names', () => {
  const { start_time, recurrence } = window as unknown as Window
  expect(recurrence).toContain(DAYS[new Date(start_time).getUTCDay()])
})

test('six hours of each Sunday are too little', () => {
  const sundays = {
    start_time: '2026-01-04T02:00:00Z',
    end_time: '2026-01-04T08:00:00Z',
    recurrence: 'FREQ=WEEKLY;BYDAY=SU',
  }
  expect(fewestHours(sundays)).toBe(24)
})
