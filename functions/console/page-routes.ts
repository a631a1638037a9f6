import { readdirSync, readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { forAnyone, type GuardedRoutes } from '../../lib/auth/access.ts'
import {
  answerFile,
  answerNamedFile,
  type KeptFiles,
  keepFile,
  keepPage,
  whenAsked,
} from '../../lib/http/kept-file.ts'

const FOLDER = new URL('page/', import.meta.url)

const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'

/**
 * Shows operators their page. It says nothing about anybody: what is in it comes over the API, with the operator's token. Read when
 * it is first asked for: what takes types out costs 30 ms and 20 MB.
 */
export function pageRoutes(): GuardedRoutes {
  const page = whenAsked(() => keepPage(readSource('index.html')))
  const files: KeptFiles = new Map([...sources(), ...libraries()])
  return {
    'GET /': forAnyone(request => answerFile(page(), request)),
    'GET /console/{file}': forAnyone(request => answerNamedFile(files, request)),
  }
}

/** What is in the folder of the page now. Declarations are for the compiler. */
function sources(): KeptFiles {
  const names = readdirSync(FOLDER)
  const styles = names.filter(name => name.endsWith('.css'))
  const scripts = names.filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  return new Map([
    ...styles.map(name => [name, whenAsked(() => keepFile(STYLE, readSource(name)))] as const),
    ...scripts.map(
      name => [name, whenAsked(() => keepFile(SCRIPT, stripTypeScriptTypes(readSource(name))))] as const,
    ),
  ])
}

function libraries(): KeptFiles {
  const { resolve } = createRequire(import.meta.url)
  // For Node the package has a build of its own; the browsers' is in the folder above.
  const litHtml = join(dirname(resolve('lit-html')), '../lit-html.js')
  return new Map([
    ['lit-html.js', whenAsked(() => keepFile(SCRIPT, readFileSync(litHtml)))],
    ['uplot.js', whenAsked(() => keepFile(SCRIPT, readFileSync(resolve('uplot/dist/uPlot.esm.js'))))],
    ['uplot.css', whenAsked(() => keepFile(STYLE, readFileSync(resolve('uplot/dist/uPlot.min.css'))))],
  ])
}

function readSource(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8')
}
