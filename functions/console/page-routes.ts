import { readdirSync, readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { forAnyone, type GuardedRoutes } from '../../lib/auth/access.ts'
import { answerFile, type KeptFile, keepFile } from '../../lib/http/kept-file.ts'
import { OWN_HOST_ONLY } from '../../lib/http/own-host-only.ts'
import { problem } from '../../lib/http/problem.ts'

const FOLDER = new URL('page/', import.meta.url)

const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'

/** Shows operators their page. It says nothing about anybody: what is in it comes over the API, with the operator's token. */
export function pageRoutes(): GuardedRoutes {
  const page = once(() =>
    keepFile('text/html; charset=utf-8', readSource('index.html'), {
      'content-security-policy': OWN_HOST_ONLY,
    }),
  )
  const files: PageFiles = new Map([...sources(), ...libraries()])
  return {
    'GET /': forAnyone(request => answerFile(page(), request)),
    'GET /console/{file}': forAnyone(request => {
      const file = files.get(request.params['file'] ?? '')
      return file === undefined
        ? problem('not_found', `No such address: ${request.path}`)
        : answerFile(file(), request)
    }),
  }
}

/** By name. No other name is ever looked for on the disk. */
type PageFiles = ReadonlyMap<string, () => KeptFile>

/** What is in the folder of the page now. Declarations are for the compiler. */
function sources(): PageFiles {
  const names = readdirSync(FOLDER)
  const styles = names.filter(name => name.endsWith('.css'))
  const scripts = names.filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  return new Map([
    ...styles.map(name => [name, once(() => keepFile(STYLE, readSource(name)))] as const),
    ...scripts.map(
      name => [name, once(() => keepFile(SCRIPT, stripTypeScriptTypes(readSource(name))))] as const,
    ),
  ])
}

function libraries(): PageFiles {
  const { resolve } = createRequire(import.meta.url)
  // For Node the package has a build of its own; the browsers' is in the folder above.
  const litHtml = join(dirname(resolve('lit-html')), '../lit-html.js')
  return new Map([
    ['lit-html.js', once(() => keepFile(SCRIPT, readFileSync(litHtml)))],
    ['uplot.js', once(() => keepFile(SCRIPT, readFileSync(resolve('uplot/dist/uPlot.esm.js'))))],
    ['uplot.css', once(() => keepFile(STYLE, readFileSync(resolve('uplot/dist/uPlot.min.css'))))],
  ])
}

/** Read when it is first asked for: what takes types out costs 30 ms and 20 MB, which no instance should take to start. */
function once(make: () => KeptFile): () => KeptFile {
  let kept: KeptFile | undefined
  return () => {
    kept ??= make()
    return kept
  }
}

function readSource(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8')
}
