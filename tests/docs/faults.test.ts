import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDocument } from '../../lib/openapi/document.ts'
import { FAULT_CODES } from '../../lib/verification/fault.ts'

const README = fileURLToPath(new URL('../../functions/sweeper/README.md', import.meta.url))

test('says of every fault that verification can find what it means, and of no other', () => {
  const [, table = ''] =
    /\| fault \| what it means \|\n([\s\S]*?)\n\n/.exec(readFileSync(README, 'utf8')) ?? []
  expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code)).toEqual([...FAULT_CODES])
})

test('describes every fault that verification can find, and no other', () => {
  type Described = {
    Verification: { properties: { faults: { items: { properties: { code: { enum: unknown } } } } } }
  }
  const { schemas } = readDocument().components as unknown as { schemas: Described }
  expect(schemas.Verification.properties.faults.items.properties.code.enum).toEqual([...FAULT_CODES])
})
