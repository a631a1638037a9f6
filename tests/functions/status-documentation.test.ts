import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { documentJson, readDocument } from '../../lib/openapi/document.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ deaf: true })
})
afterAll(closePipelines)

const get = (path: string, headers = {}) => fetch(`${pipeline.urls.get('status')}${path}`, { headers })

test('serves the description as it stands in the YAML, money digit for digit', async () => {
  const answer = await get('/openapi.json')
  const text = await answer.text()
  expect(text).toBe(documentJson())
  expect(parse(text)).toEqual(readDocument())
  expect(text).toContain('"amount":1000.50')
})

test.each(['/openapi.json', '/docs', '/docs/start.js', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js'])(
  'answers 304 without a body to a caller that has %s',
  async path => {
    const first = await get(path)
    const etag = first.headers.get('etag') ?? ''
    expect([first.status, first.headers.get('cache-control'), etag]).toEqual([
      200,
      'no-cache',
      expect.any(String),
    ])
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': known })
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  },
)

test('serves a page that can load nothing from another host, and names none', async () => {
  const page = await get('/docs')
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|unsafe|\*/)
  expect(await page.text()).not.toMatch(/(src|href)="(?!\/docs\/|data:,)/)
})

test.each([
  'index.html',
  'package.json',
  'swagger-ui-bundle.js.map',
  '..%2f..%2fpackage.json',
  '%2e%2e%2fpackage.json',
  '..%5cpackage.json',
  'start.js%00',
  '__proto__',
  'constructor',
])('answers 404 for %s, which is no file of the page', async name => {
  expect((await get(`/docs/${name}`)).status).toBe(404)
})
