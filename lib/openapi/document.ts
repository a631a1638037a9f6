import { existsSync, readFileSync } from 'node:fs'

/*
 * The API's one description is `docs/openapi.yaml`. Reading it costs 0.2 s, which is a third of a cold start, so an image has
 * it as JSON instead, made by the build (knative/image/compile-description.ts). JSON counts only where there is no YAML: beside
 * its source it could be stale.
 */
const SOURCE = new URL('../../docs/openapi.yaml', import.meta.url)
const COMPILED = new URL('../../docs/openapi.json', import.meta.url)

const source = existsSync(SOURCE) ? await import('./yaml-document.ts') : undefined
const text = readFileSync(source === undefined ? COMPILED : SOURCE, 'utf8')

/** The API's one description, `docs/openapi.yaml`, as far as code looks into it. */
export type OpenApiDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly [member: string]: unknown
}

export function readDocument(): OpenApiDocument {
  return (source === undefined ? JSON.parse(text) : source.readYaml(text)) as OpenApiDocument
}

/** The same description as JSON, money in it digit for digit. */
export function documentJson(): string {
  return source === undefined ? text : source.yamlToJson(text)
}
