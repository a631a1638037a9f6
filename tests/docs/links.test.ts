import { expect, test } from '@jest/globals'
import { countLinks, findLinkFaults } from '../support/documented/find-link-faults.ts'
import {
  countPaths,
  findCommentFaults,
  findDecisionFaults,
  findPathFaults,
} from '../support/documented/find-path-faults.ts'
import { anchorsOf, readMarkdown } from '../support/documented/markdown.ts'
import { DOCUMENTS, FILES, read } from '../support/documented/repository.ts'

/** What has comments; tests name files that are not there on purpose. */
const SOURCES = FILES.filter(file => /(?:\.(?:ts|mjs|tf|ya?ml|sh|css|html)|Dockerfile)$/.test(file)).filter(
  file => !file.startsWith('tests/'),
)

test.each(DOCUMENTS)('%s links to what is there', file => {
  expect(findLinkFaults(file, read(file))).toEqual([])
})

test.each(DOCUMENTS)('%s names files that are there', file => {
  expect([...findPathFaults(file, read(file)), ...findDecisionFaults(file, read(file))]).toEqual([])
})

test('comments name files and decisions that are there', () => {
  expect(SOURCES.flatMap(file => findCommentFaults(file, read(file)))).toEqual([])
  expect(FILES.filter(isText).flatMap(file => findDecisionFaults(file, read(file)))).toEqual([])
})

const isText = (file: string) => SOURCES.includes(file) || file.endsWith('.md')

test('finds the links and paths that there are', () => {
  const sum = (count: (text: string) => number) =>
    DOCUMENTS.reduce((total, file) => total + count(read(file)), 0)
  expect(sum(countLinks)).toBeGreaterThan(200)
  expect(sum(countPaths)).toBeGreaterThan(100)
})

test.each([
  ['a file', '[how](architecure.md)', 'links to architecure.md: there is no docs/architecure.md'],
  ['a folder', '[why](../docs/adrs)', 'links to ../docs/adrs: there is no docs/adrs'],
  ['a file in other letters', '[how](Architecture.md)', 'there is no docs/Architecture.md'],
  ['a picture', '![page](console/overveiw.png)', 'there is no docs/console/overveiw.png'],
  ['a link of HTML', '<a href="deplooy.md">x</a>', 'there is no docs/deplooy.md'],
  ['a picture of HTML', '<img alt="x" src="console/x.png" />', 'there is no docs/console/x.png'],
  ['a source', '<source srcset="console/y.png 2x" />', 'there is no docs/console/y.png'],
  ['a heading', '# Text\n[here](#txet)', 'links to #txet: docs/page.md has no heading for #txet'],
  ["another document's heading", '[x](operations.md#alrts)', 'docs/operations.md has no heading for #alrts'],
  ['a heading of what is no document', '[x](openapi.yaml#paths)', 'only parts of documents have names'],
  ['a reference', 'see [it][page]\n\n[page]: pag.md', 'page.md:3 links to pag.md: there is no docs/pag.md'],
  ['a reference that is not defined', 'see [it][page]', '[page] is defined nowhere'],
  ['a link behind a line', 'see [it\nwhole](pag.md)', 'page.md:2 links to pag.md'],
  ['what is outside', '[x](../../elsewhere.md)', 'there is no ../elsewhere.md'],
  ['the root of a host', '[x](/docs/deploy.md)', 'a link begins at its document'],
  ['what is elsewhere without TLS', '[x](http://example.com)', 'what is elsewhere is linked by https'],
  ['a host that is none', '[x](https://example)', 'that is no host'],
])('sees a link that leads nowhere: %s', (_what, text, said) => {
  expect(findLinkFaults('docs/page.md', text)).toEqual([expect.stringContaining(said)])
})

test('takes links as GitHub does', () => {
  const text = `
# One \`word\` a thing, said twice
## Twice
## Twice
[a](#one-word-a-thing-said-twice) [b](#twice-1) [c](deploy.md) [d](adr) [e](<deploy.md> "how")
[f](https://example.com/a_(b)) <a id="own"></a> [g](#own) [h][it] \`[i](nowhere.md)\` <!-- [j](nowhere.md) -->

[it]: ../README.md

\`\`\`sh
# no heading, and [no](link.md)
\`\`\`
`
  expect(anchorsOf(text)).toEqual(['one-word-a-thing-said-twice', 'twice', 'twice-1', 'own'])
  expect(findLinkFaults('docs/page.md', text)).toEqual([])
})

test('takes a document apart without losing a line', () => {
  const { prose, blocks, quoted } = readMarkdown('a\n```sh\none\n```\n`b` c\n- d\n  ```json\n  {}\n  ```\n')
  expect(prose.split('\n').map(line => line.trim())).toEqual(['a', '', '', '', 'c', '- d', '', '', '', ''])
  expect(quoted).toEqual([{ text: 'b', line: 5 }])
  expect(blocks).toEqual([
    { language: 'sh', text: 'one\n', line: 2 },
    { language: 'json', text: '{}\n', line: 7 },
  ])
})

test.each([
  ['a file', 'see `lib/drain/tel.ts`', 'there is no lib/drain/tel.ts'],
  ['a folder', 'see `functions/workr`', 'there is no functions/workr'],
  ['a pattern', 'see `lib/**/nothing-*.ts`', 'there is no lib/**/nothing-*.ts'],
  ['a file alone', 'see `drainers.ts`', 'there is no drainers.ts'],
  ['a file beside another', '| x | `lib/drain/tell.ts`, `cache.ts` |', 'there is no lib/drain/cache.ts'],
  ['a file in a command', '```sh\nnode knative/local/strat.ts\n```', 'there is no knative/local/strat.ts'],
  ['tests', '`npm test -- tests/libs`', 'there is no tests/libs'],
])('sees %s that is not there', (_what, text, said) => {
  expect(findPathFaults('docs/page.md', text)).toEqual([`docs/page.md:1 ${said}`])
})

test.each([
  ['// See docs/adr/0099-nothing.md.', 'there is no docs/adr/0099-nothing.md'],
  ['/* As lib/drain/drian.ts does. */', 'there is no lib/drain/drian.ts'],
  ['# tests/terraforms compares this.', 'there is no tests/terraforms'],
])('sees that a comment names what is not there: %s', (text, said) => {
  expect(findCommentFaults('lib/x.ts', text)).toEqual([`lib/x.ts:1 ${said}`])
})

test.each([
  ['// as ADR 99 says', 'there is no ADR 99'],
  ['[ADR 7](adr/0008-callers-and-what-is-theirs.md)', 'leads to another decision'],
])('sees a wrong decision: %s', (text, said) => {
  expect(findDecisionFaults('docs/page.md', text)).toEqual([expect.stringContaining(said)])
})
