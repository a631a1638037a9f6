import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring } from '../../knative/local/wiring.ts'

const PAGE = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
const wiring = readWiring()
const functions = readManifests().map(({ name }) => name)

/** The picture of containers: topics, functions that are arrows' ends, and arrows by the names of what they join. */
function readPicture(page: string) {
  const [, picture = ''] = /^## Containers\n[\s\S]*?```mermaid\n([\s\S]*?)```/m.exec(page) ?? []
  const shaped = [...picture.matchAll(/\b(\w+)(\[\[|\[\(|\(\[|\[)([^\])]+)[\])]+/g)]
  const labels = new Map(shaped.map(([, id = '', , label = '']) => [id, label]))
  const nameOf = (id: string) => labels.get(id) ?? id
  const bare = picture.replaceAll(/(\[\[|\[\(|\(\[|\[)[^\])]+[\])]+/g, '')
  const arrows = [...bare.matchAll(/(\w+) -->\|([^|]+)\| (\w+)/g)].map(
    ([, from = '', label = '', to = '']) => ({
      from: nameOf(from),
      label,
      to: nameOf(to),
    }),
  )
  const topics = shaped.filter(([, , shape]) => shape === '[[').map(([, , , label = '']) => label)
  const others = new Set(shaped.filter(([, , shape]) => shape !== '[').map(([, id = '']) => nameOf(id)))
  const ends = new Set(arrows.flatMap(({ from, to }) => [from, to]))
  return { topics, arrows, functions: [...ends].filter(name => !others.has(name)) }
}

/** What leads to which, as the wiring says it, and no arrow of the picture does. */
function findUndrawn(page: string): string[] {
  const { arrows } = readPicture(page)
  const isDrawn = (from: string, to: string, label: string) =>
    arrows.some(arrow => arrow.from === from && arrow.to === to && arrow.label.startsWith(label))
  const dead = wiring.subscriptions.flatMap(({ topic, deadLetter }) =>
    deadLetter === undefined
      ? []
      : [[topic, deadLetter.topic, `after ${deadLetter.maxDeliveryAttempts} deliveries`] as const],
  )
  const ways = [
    ...wiring.subscriptions.map(rule => [rule.topic, rule.function, 'push'] as const),
    ...wiring.schedules.map(rule => ['scheduler', rule.function, 'every minute'] as const),
    ...dead,
  ]
  return ways.filter(([from, to, label]) => !isDrawn(from, to, label)).map(way => way.join(' '))
}

test('docs/architecture.md draws the functions and topics that there are, and what leads to which', () => {
  const picture = readPicture(PAGE)
  expect(picture.topics.sort()).toEqual([...wiring.topics].sort())
  expect(picture.functions.sort()).toEqual([...functions].sort())
  expect(findUndrawn(PAGE)).toEqual([])
})

test('docs/architecture.md says of each function what it does', () => {
  const rows = [
    ...PAGE.matchAll(/^\| `([\w-]+)` \| .* \| \[([\w-]+)\]\(\.\.\/functions\/([\w-]+)\/README\.md\) \|$/gm),
  ]
  expect(rows.map(([, name]) => name).sort()).toEqual([...functions].sort())
  expect(rows.map(([, ...names]) => new Set(names).size)).toEqual(functions.map(() => 1))
})

test.each([
  ['a push', 'transactions -->|push| ingest', 'transactions -->|push| accounts', 'transactions ingest push'],
  [
    'the way of dead letters',
    '|after 5 deliveries|',
    '|after 7 deliveries|',
    'transactions-pending transactions-pending-dead-letter after 5 deliveries',
  ],
  ['the schedule', 'scheduler -->|every minute| sweeper', '', 'scheduler sweeper every minute'],
])('sees %s that is drawn otherwise', (_what, right, wrong, said) => {
  const slipped = PAGE.replace('scheduler([scheduler])', 'scheduler').replace(right, wrong)
  expect(findUndrawn(slipped)).toContain(said)
})

test('sees a function and a topic that there is not', () => {
  const slipped = readPicture(
    PAGE.replace('[[transaction-results]]', '[[results]]').replaceAll('|push| ingest', '|push| intake'),
  )
  expect(slipped.topics).toContain('results')
  expect(slipped.functions).toContain('intake')
})
