import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { forAnyone, type GuardedRoutes } from '../../lib/auth/access.ts'
import {
  answerFile,
  answerNamedFile,
  type KeptFiles,
  keepFile,
  keepPage,
  whenAsked,
} from '../../lib/http/kept-file.ts'
import { documentJson } from '../../lib/openapi/document.ts'
import { jsonSchemaOf } from '../../lib/openapi/json-schema.ts'
import { RESULTS_SCHEMA } from '../../lib/views/result-event.ts'

const SCRIPT = 'text/javascript; charset=utf-8'

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Settle: the API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

/** Reads only: a page of documentation is no place to move money from. No validator of somebody else's is asked. */
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  supportedSubmitMethods: ['get'],
})
`

/**
 * Shows what callers may ask for, as JSON for machines and as a page for people, and what consumers are told. Read when it is first
 * asked for: it costs 80 ms and 2 MB.
 */
export function documentationRoutes(): GuardedRoutes {
  const page = keepPage(PAGE)
  const description = whenAsked(() => keepFile('application/json', documentJson()))
  const results = whenAsked(() =>
    keepFile('application/schema+json', jsonSchemaOf('TransactionResults', RESULTS_SCHEMA)),
  )
  const files = pageFiles()
  return {
    'GET /openapi.json': forAnyone(request => answerFile(description(), request)),
    'GET /schemas/transaction-results.json': forAnyone(request => answerFile(results(), request)),
    'GET /docs': forAnyone(request => answerFile(page, request)),
    'GET /docs/{file}': forAnyone(request => answerNamedFile(files, request)),
  }
}

function pageFiles(): KeptFiles {
  const { resolve } = createRequire(import.meta.url)
  const ofLibrary = (name: string) => readFileSync(resolve(`swagger-ui-dist/${name}`))
  return new Map([
    ['start.js', whenAsked(() => keepFile(SCRIPT, START))],
    ['swagger-ui-bundle.js', whenAsked(() => keepFile(SCRIPT, ofLibrary('swagger-ui-bundle.js')))],
    ['swagger-ui.css', whenAsked(() => keepFile('text/css; charset=utf-8', ofLibrary('swagger-ui.css')))],
  ])
}
