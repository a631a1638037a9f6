import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const number = (text = '') => Number(text.replaceAll(',', ''))

/** By rate, what `terraform test` has seen a month cost: one transfer a request, and in batches. */
const tested = read('terraform/scaling/tests/real.tftest.hcl').matchAll(
  /run "costs_at_(\d+)(?:_in_batches)?".*?cost\.total == (\d+)/gs,
)

test('docs/operations.md has the costs that the module computes', () => {
  const [, section = ''] = read('docs/operations.md').split('## What it costs')
  const rows = [...section.matchAll(/^\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|/gm)]
  const told = rows.flatMap(([, rate, single, batches]) => [
    [number(rate), number(single)],
    [number(rate), number(batches)],
  ])
  expect(told).toHaveLength(6)
  expect(told).toEqual([...tested].map(([, rate, total]) => [number(rate), number(total)]))
})
