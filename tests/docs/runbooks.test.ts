import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { COMMANDS } from '../../loadgen/client/commands.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8')
const DOCUMENTS = ['docs/deploy.md', 'docs/operations.md']
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, first = '']) => first)

/** Where links lead to, as GitHub makes it of a heading: small letters, blanks to hyphens, nothing but words. */
function anchorsOf(text: string): string[] {
  const headings = found(text, /^#+ (.+)$/gm).map(heading =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return [...headings, ...found(text, /<a id="([\w-]+)">/g)]
}

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

test.each(DOCUMENTS)('%s names only npm scripts, client commands, scripts and files that are there', file => {
  const text = read(file)
  const scripts = JSON.parse(read('package.json')).scripts as object
  expect(found(text, /npm run (?:--silent )?([\w-]+)/g).filter(name => !(name in scripts))).toEqual([])
  const commands = [...Object.keys(COMMANDS), 'wait', 'token', 'call']
  expect(found(text, /client -- ([\w-]+)/g).filter(name => !commands.includes(name))).toEqual([])
  const files = found(text, /\b(knative\/delivery\/[\w-]+\.\w+)/g)
  expect(files.filter(name => !existsSync(`${ROOT}${name}`))).toEqual([])
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

test.each(DOCUMENTS)('%s links to what is there', file => {
  const links = found(read(file), /\]\(((?!https:)[^)]+)\)/g)
  const broken = links.filter(link => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? file : new URL(path, `file:///${file}`).pathname.slice(1)
    if (!existsSync(`${ROOT}${target}`)) return true
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
  })
  expect(broken).toEqual([])
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
