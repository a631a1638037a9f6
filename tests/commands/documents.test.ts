import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import type { RunningStack } from '../../knative/local/running-stack.ts'
import { compareTranscript } from '../support/documented/compare-transcript.ts'
import { readMarkdown } from '../support/documented/markdown.ts'
import { OwnClone } from '../support/documented/own-clone.ts'
import { DOCUMENTS, read } from '../support/documented/repository.ts'
import { Shell } from '../support/documented/shell.ts'
import { isRunnable, readShellCommands, withoutComments } from '../support/documented/shell-commands.ts'
import { findFaults, LISTENS, type Typed, typeDocument } from '../support/documented/type-document.ts'
import { until } from '../support/until.ts'

// The repository's own commands, typed as the documents give them, in a clone of their own. Bounds are on a hang: alone, a start
// takes five seconds.
const PATIENCE = 240_000

const README = read('README.md')
/** Whose commands are of a cluster, or examples with accounts that nobody has opened. */
const NOT_OF_THIS_STACK = ['docs/deploy.md', 'loadgen/README.md']
/** The one that shows what all money of a currency comes to goes before others move any. */
const FIRST = 'docs/api.md'
const TYPED = DOCUMENTS.filter(file => !NOT_OF_THIS_STACK.includes(file))
  .filter(file => readShellCommands(read(file)).some(isRunnable))
  .sort((one, other) => Number(other === FIRST) - Number(one === FIRST))
/** What asks this stack and is left to be typed by hand, for a value that is one's own. */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  'functions/sweeper/README.md': ['npm run verify -- --full --hash 3:17:9f86d0…'],
}
const ASKS = /\bcurl |\bnpm run (?:--silent )?(?:client|mock|publish|verify)\b/

let clone: OwnClone
let stack: RunningStack
beforeAll(async () => {
  clone = await OwnClone.make()
}, PATIENCE)
afterAll(async () => {
  await clone.remove()
}, PATIENCE)

test.each(TYPED.filter(file => read(file).includes(`http://${LISTENS}`)))(
  '%s asks this stack for nothing that is not typed here',
  file => {
    const left = readShellCommands(read(file)).filter(command => !isRunnable(command))
    const asking = left.map(({ text }) => withoutComments(text)).filter(text => ASKS.test(text))
    expect(asking).toEqual(LEFT[file] ?? [])
  },
)

test('finds the documents that ask this stack', () => {
  expect(TYPED[0]).toBe(FIRST)
  expect(TYPED).toEqual(
    expect.arrayContaining(['README.md', 'docs/operations.md', 'functions/sweeper/README.md']),
  )
})

test('the README begins with what is started here', () => {
  const said = readShellCommands(README).map(({ text }) => withoutComments(text))
  expect(said.slice(0, 3).sort()).toEqual(['npm start', 'npm start -- --once', 'npm test'])
})

test(
  'npm start -- --once says what the README shows, and ends with 0',
  async () => {
    const blocks = readMarkdown(README).blocks.filter(({ text }) =>
      text.startsWith('$ npm start -- --once\n'),
    )
    const [, shown = ''] = /^\$ .*\n([\s\S]*)$/.exec(blocks[0]?.text ?? '') ?? []
    const { code, out, err } = await clone.run('npm', 'start', '--', '--once')
    expect([code, err.includes('NOT AS IT SHOULD BE')]).toEqual([0, false])
    expect(compareTranscript(shown, out)).toBeUndefined()
  },
  PATIENCE,
)

test(
  'npm start is ready for the other commands',
  async () => {
    stack = await clone.start()
    expect((await fetch(`${stack.url}/docs`)).status).toBe(200)
  },
  PATIENCE,
)

test.each(TYPED)(
  'what %s gives to type does what it says',
  async file => {
    // The README has a token made itself.
    const given = file === 'README.md' ? {} : { TOKEN: await requestCallerToken(stack.issuerUrl) }
    const typed = await typeDocument(file, clone, stack, given)
    expect(typed.flatMap(findFaults)).toEqual([])
    if (file === 'README.md') await seeReadme(typed)
  },
  PATIENCE,
)

/** What the README's commands do besides their ends: the transfer is paid, and what was published is decided. */
async function seeReadme(typed: readonly Typed[]): Promise<void> {
  const [, opened = '', paid = ''] =
    /--openingBalance ([\d.]+)[\s\S]*client -- transfer \w+ \w+ ([\d.]+)/.exec(README) ?? []
  const shown = typed.find(({ text }) => /client -- balance /.test(text))?.out
  expect(shown).toContain(`"balance": ${(Number(opened) - Number(paid)).toFixed(2)}`)
  const token = await requestCallerToken(stack.issuerUrl)
  const lines = readFileSync(join(clone.folder, 'payments.ndjson'), 'utf8').trim().split('\n')
  for (const line of lines.slice(-20)) {
    const { transactionId } = JSON.parse(line)
    const url = `${stack.url}/api/v1/transactions/${encodeURIComponent(transactionId)}/status`
    await until(`${transactionId} is decided`, async () => {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      return answer.status === 200 && ((await answer.json()) as { status: string }).status !== 'PENDING'
    })
  }
}

test('no program of a cloud is started, whatever a document says', async () => {
  const shell = new Shell(clone.folder, clone.env)
  expect(await shell.run('gcloud version')).toMatchObject({ code: 127, out: '' })
  expect(await shell.run('for one in 1; do kubectl get pods; done')).toMatchObject({ code: 127, out: '' })
  expect(await shell.run('export ONE=1; echo here')).toMatchObject({ code: 0, out: 'here\n' })
  expect(await shell.run('echo $ONE')).toMatchObject({ code: 0, out: '1\n' })
  await expect(shell.run('exit 3')).rejects.toThrow('command 5 has ended the shell')
})

test(
  'Ctrl-C ends it all',
  async () => {
    const { code, out } = await clone.interrupt()
    expect(code).toBe(0)
    expect(out).toContain(`\nConsole: ${stack.url}/#token=`)
    expect(existsSync(join(clone.folder, '.local/running-stack.json'))).toBe(false)
    await expect(fetch(stack.url)).rejects.toThrow()
  },
  PATIENCE,
)
