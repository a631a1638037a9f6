import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Script } from './count-file.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Every source that is counted, by its path: all of lib and functions, whether a test runs it or not. */
export function readScripts(): ReadonlyMap<string, Script> {
  const paths = globSync('{lib,functions}/**/*.ts', { cwd: ROOT }).filter(path => !path.endsWith('.d.ts'))
  return new Map(paths.sort().map(path => [path, readScript(`${ROOT}${path}`)]))
}

export function readScript(file: string): Script {
  return { url: pathToFileURL(file).href, code: stripTypeScriptTypes(readFileSync(file, 'utf8')) }
}
