import { expect, test } from '@jest/globals'
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
