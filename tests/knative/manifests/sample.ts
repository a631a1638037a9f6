import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type Document,
  type ManifestObject,
  type Platform,
  readDocuments,
} from '../../../knative/local/check/manifests/document.ts'
import { knownFunctions } from '../../../knative/local/check/manifests/known-functions.ts'
import { objectFaults } from '../../../knative/local/check/manifests/object-rules.ts'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const functions = await knownFunctions()
export const names = [...functions.keys()].filter(name => name !== 'migrate')

/** A place, as keys joined by blanks: keys may have dots and slashes in them. */
export type Change = readonly [place: string, value: unknown]

/** A copy with the values of some places changed; undefined takes a place away. */
export function changed<T>(object: T, ...changes: readonly Change[]): T {
  const copy = structuredClone(object)
  for (const [place, value] of changes) {
    const keys = place.split(' ')
    const last = keys.pop() ?? ''
    const within = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy) as Record<
      string,
      unknown
    >
    if (within === undefined) throw new Error(`there is no ${keys.join(' ')}`)
    if (value === undefined) delete within[last]
    else within[last] = value
  }
  return copy
}

export function readObjects(file: string): ManifestObject[] {
  const { documents, faults } = readDocuments(file, readFileSync(`${ROOT}/${file}`, 'utf8'))
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return documents.map(({ object }) => object)
}

/** The first object of a file. */
export function readObject(file: string): ManifestObject {
  const [object] = readObjects(file)
  if (object === undefined) throw new Error(`${file} is empty`)
  return object
}

/** What the rules say of an object by itself, a line each. */
export function complaintsOf(object: ManifestObject, platform: Platform): string[] {
  return objectFaults(object, { platform, functions }).map(([field, message]) => `${field}: ${message}`)
}

export const toDocuments = (objects: readonly ManifestObject[]): Document[] =>
  objects.map(object => ({ file: 'sample.yaml', object }))
