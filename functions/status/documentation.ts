import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { forAnyone, type GuardedRoutes } from '../../lib/auth/access.ts'
import { answerFile, type KeptFile, keepFile } from '../../lib/http/kept-file.ts'
import { OWN_HOST_ONLY } from '../../lib/http/own-host-only.ts'
import { problem } from '../../lib/http/problem.ts'
import { documentJson } from '../../lib/openapi/document.ts'
import { jsonSchemaOf } from '../../lib/openapi/json-schema.ts'
import { RESULTS_SCHEMA } from '../../lib/views/result-event.ts'

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
 * Shows what callers may ask for, as JSON for machines and as a page for people, and what consumers are told. Read once, when it is first asked for: it
 * costs 80 ms and 2 MB, which no instance should take to start.
 */
export function documentationRoutes(): GuardedRoutes {
  const page = keepFile('text/html; charset=utf-8', PAGE, { 'content-security-policy': OWN_HOST_ONLY })
  let description: KeptFile | undefined
  let results: KeptFile | undefined
  let files: ReadonlyMap<string, KeptFile> | undefined
  return {
    'GET /openapi.json': forAnyone(request => {
      description ??= keepFile('application/json', documentJson())
      return answerFile(description, request)
    }),
    'GET /schemas/transaction-results.json': forAnyone(request => {
      results ??= keepFile('application/schema+json', jsonSchemaOf('TransactionResults', RESULTS_SCHEMA))
      return answerFile(results, request)
    }),
    'GET /docs': forAnyone(request => answerFile(page, request)),
    'GET /docs/{file}': forAnyone(request => {
      files ??= pageFiles()
      const file = files.get(request.params['file'] ?? '')
      return file === undefined
        ? problem('not_found', `No such address: ${request.path}`)
        : answerFile(file, request)
    }),
  }
}

/** The files of the page, by name. No name is ever looked for on the disk. */
function pageFiles(): ReadonlyMap<string, KeptFile> {
  const { resolve } = createRequire(import.meta.url)
  const ofLibrary = (name: string) => readFileSync(resolve(`swagger-ui-dist/${name}`))
  return new Map([
    ['start.js', keepFile('text/javascript; charset=utf-8', START)],
    ['swagger-ui-bundle.js', keepFile('text/javascript; charset=utf-8', ofLibrary('swagger-ui-bundle.js'))],
    ['swagger-ui.css', keepFile('text/css; charset=utf-8', ofLibrary('swagger-ui.css'))],
  ])
}
