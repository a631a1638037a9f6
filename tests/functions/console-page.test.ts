import { readdirSync, readFileSync } from 'node:fs'
import { SourceTextModule } from 'node:vm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { OWN_HOST_ONLY } from '../../lib/http/own-host-only.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

const FOLDER = new URL('../../functions/console/page/', import.meta.url)
const LIBRARIES = ['lit-html.js', 'uplot.js', 'uplot.css']
const sources = readdirSync(FOLDER).filter(name => /(?<!\.d)\.ts$|\.css$/.test(name))
const files = [...sources, ...LIBRARIES]
const scripts = files.filter(name => /\.(ts|js)$/.test(name))

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ deaf: true })
})
afterAll(closePipelines)

/** Without a token: a browser has none when it asks for the page. */
const get = (path: string, headers = {}) => fetch(`${pipeline.urls.get('console')}${path}`, { headers })

/** The modules that a script imports when it is loaded. Throws if it cannot be parsed. */
const importedBy = (text: string) =>
  new SourceTextModule(text).moduleRequests.map(({ specifier }) => specifier)

/** The addresses that a file names, as a browser would ask for them. */
function namedIn(text: string, path: string): URL[] {
  const isScript = /\.(ts|js)$/.test(path)
  const later = isScript
    ? /\bimport\(\s*['"]([^'"]+)/g
    : path === '/'
      ? /\s(?:src|href)="([^"]*)"/g
      : /@import\s+['"]([^'"]+)/g
  const named = [...text.matchAll(later)].map(([, name = '']) => name)
  return [...(isScript ? importedBy(text) : []), ...named].map(name => {
    // Without a ./ a browser would look it up in an import map, and there is none.
    const isBare = isScript && !/^\.{0,2}\//.test(name)
    return new URL(isBare ? `bare:${name}` : name, `http://page${path}`)
  })
}

test('serves the page with a policy that lets it load from its own address alone', async () => {
  const page = await get('/')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.headers.get('content-security-policy')).toBe(OWN_HOST_ONLY)
  const policy = Object.fromEntries(OWN_HOST_ONLY.split('; ').map(part => part.split(/ (.*)/)))
  expect(policy).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
})

test('has nothing inline, which its policy would refuse', async () => {
  const text = await (await get('/')).text()
  expect(text).toBe(readFileSync(new URL('index.html', FOLDER), 'utf8'))
  expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|importmap/i)
})

test.each(scripts)('serves %s as JavaScript that a browser can parse, without types', async name => {
  const script = await get(`/console/${name}`)
  expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  const text = await script.text()
  expect(() => importedBy(text)).not.toThrow()
})

test.each(files.filter(name => name.endsWith('.css')))('serves %s as a style sheet', async name => {
  const style = await get(`/console/${name}`)
  expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
})

test('takes types out, and nothing else: a line is where it was', async () => {
  const typed = sources.filter(name => name.endsWith('.ts'))
  const texts = typed.map(name => readFileSync(new URL(name, FOLDER), 'utf8'))
  expect(() => texts.forEach(importedBy)).toThrow(/Unexpected|Missing/)
  for (const [index, name] of typed.entries()) {
    const served = await (await get(`/console/${name}`)).text()
    expect([name, served.split('\n').length]).toEqual([name, texts[index]?.split('\n').length])
  }
})

test('gives browsers the builds of the libraries that are for them', async () => {
  const [litHtml = '', uplot = '', style = ''] = await Promise.all(
    LIBRARIES.map(async name => (await get(`/console/${name}`)).text()),
  )
  expect(litHtml).toMatch(/export\s*\{[^}]*\bas html\b/)
  // That for Node makes a document of its own where there is none.
  expect(litHtml).not.toContain('createTreeWalker:')
  expect(uplot).toMatch(/export \{ uPlot as default \}/)
  expect(style).toContain('.uplot')
})

test.each(['/', ...files.map(name => `/console/${name}`)])(
  'names nothing in %s that is not served',
  async path => {
    const text = await (await get(path)).text()
    for (const { protocol, href, origin, pathname } of namedIn(text, path)) {
      // The description's page is another function's.
      if (protocol === 'data:' || /^\/(docs|openapi\.json)$/.test(pathname)) continue
      expect([href, origin, (await get(pathname)).status]).toEqual([href, 'http://page', 200])
    }
  },
)

test.each(['/', '/console/main.ts', '/console/lit-html.js'])(
  'answers 304 without a body to a browser that has %s',
  async path => {
    const first = await get(path)
    const etag = first.headers.get('etag') ?? ''
    expect([first.status, first.headers.get('cache-control'), etag]).toEqual([
      200,
      'no-cache',
      expect.any(String),
    ])
    const again = await get(path, { 'if-none-match': etag })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    // It takes the place of the one that the browser has kept.
    const policy = 'content-security-policy'
    expect(again.headers.get(policy)).toBe(first.headers.get(policy))
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  },
)

test.each([
  ...['index.html', 'tsconfig.json', 'lit-html.d.ts', 'main.js', 'page-routes.ts', 'handle.ts'],
  ...['..%2fhandle.ts', '%2e%2e%2fhandle.ts', '..%5chandle.ts', '..%2f..%2f..%2fpackage.json'],
  ...['.%2fmain.ts', 'main.ts%00', 'main.ts%2f', 'page%2fmain.ts', '%2fetc%2fpasswd', 'MAIN.TS'],
  ...['__proto__', 'constructor', 'uPlot.esm.js', 'lit-html'],
])('answers 404 for %s, which is no file of the page', async name => {
  const answer = await get(`/console/${name}`)
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'not_found'])
})
