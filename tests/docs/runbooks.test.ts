import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { read } from '../support/documented/repository.ts'

const DOCUMENTS = ['docs/deploy.md', 'docs/operations.md']
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, first = '']) => first)

test('has a section for each alert, by the name that alerts link to', () => {
  const [, alerts = ''] = read('docs/operations.md').split(/^## Alerts$/m)
  const sections = found(alerts.split(/^## /m)[0] ?? '', /^### (.+)$/gm)
  expect(sections).toEqual([
    ...['cpu', 'memory', 'restarts', 'node-not-ready', 'slow-requests', 'oldest-unacked', 'dead-letters'],
    ...['oldest-pending', 'sweeper-silent', 'sql-connections', 'redis-memory'],
  ])
})

test('says of each alert what it means, what users notice, where to look, what to do and when to wake somebody', () => {
  const [, alerts = ''] = read('docs/operations.md').split(/^## Alerts$/m)
  const sections = (alerts.split(/^## /m)[0] ?? '').split(/^### /m).slice(1)
  const parts = ['**It means**', '**Users notice', '**Do:**', '**Wake somebody']
  const lacking = sections.flatMap(section =>
    parts.filter(part => !section.includes(part)).map(part => `${section.split('\n')[0]}: ${part}`),
  )
  expect(lacking).toEqual([])
})

test.each(DOCUMENTS)('%s gives scripts as many arguments as they take', file => {
  const lines = found(read(file), /^(?:export \w+=\$\()?knative\/delivery\/([^\n)]+(?:\)[^\n)]*)*)$/gm)
  expect(lines.length).toBe(file === 'docs/deploy.md' ? 17 : 0)
  for (const line of lines) {
    const [name = '', ...given] = line
      .replaceAll(/\$\([^)]*\)|"[^"]*"/g, 'x')
      .replace(/\)$/, '')
      .split(/\s+/)
    const takes = Number(/\$# -ne (\d+)/.exec(read(`knative/delivery/${name}`))?.[1])
    expect(`${name} ${given.filter(word => word !== '').length}`).toBe(`${name} ${takes}`)
  }
})

test('counts the connections of each example as its values make them', () => {
  const base = new Map(
    readManifests().map(({ name, maxScale, env }) => [
      name,
      { max: maxScale, pool: Number(env['MYSQL_POOL_SIZE']) },
    ]),
  )
  const count = (maxima: ReadonlyMap<string, number>) =>
    2 * [...base].reduce((sum, [name, { max, pool }]) => sum + (maxima.get(name) ?? max) * pool, 0) + 14
  const text = read('docs/operations.md')
  const examples = found(text, /```hcl\nscaling = \{\n([\s\S]*?)\n\}/g)
  const maxima = examples.map(
    example =>
      new Map(
        [...example.matchAll(/(\w[\w-]*)\s*= \{.*?max = (\d+)/g)].map(([, name = '', max]) => [
          name,
          Number(max),
        ]),
      ),
  )
  expect(examples).toHaveLength(3)
  expect(found(text, /\*\*(\d+) of 400\*\*/g).map(Number)).toEqual([new Map(), ...maxima].map(count))
})
