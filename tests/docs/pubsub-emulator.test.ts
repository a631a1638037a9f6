import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parseFault } from '../../knative/local/pubsub/fault-request.ts'
import { FAULT_KINDS } from '../../knative/local/pubsub/faults.ts'
import { USAGE } from '../../knative/local/pubsub/flags.ts'

const page = readFileSync(new URL('../../docs/pubsub-emulator.md', import.meta.url), 'utf8')

/** The first cells of a section's table. */
function namesUnder(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => `${name}`)
}

test('lists every flag of the emulator, and no other', () => {
  const flags = [...USAGE.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag)
  expect(namesUnder('Flags')).toEqual(flags)
})

test('lists every field of a fault, and no other', () => {
  const parsed = parseFault('{"kind": "lose"}')
  expect(namesUnder('Status and faults').sort()).toEqual(
    'fault' in parsed && Object.keys(parsed.fault).sort(),
  )
})

test('names every kind of fault', () => {
  expect(FAULT_KINDS.filter(kind => !page.includes(`\`${kind}\``))).toEqual([])
})
