import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import { type Document, readDocuments } from './document.ts'
import type { Fault } from './fault.ts'
import type { Replacement } from './replacement-rules.ts'

type Kustomization = {
  readonly resources?: readonly string[]
  readonly patches?: readonly { readonly path?: string; readonly patch?: string }[]
  readonly replacements?: readonly Replacement[]
}

/** The files of a folder that Kustomize renders, as they are written. */
export type OverlayFiles = {
  readonly resources: readonly Document[]
  /** Parts of objects, which are merged into those of the base. */
  readonly patches: readonly Document[]
  readonly replacements: readonly Replacement[]
  /** The folders it builds on. */
  readonly bases: readonly string[]
  readonly faults: readonly Fault[]
  /** Of files that lie in the folder, and that nobody names. */
  readonly unnamed: readonly Fault[]
}

/** Reads what a kustomization names. A file that is not there, or is no YAML, is a fault. */
export function readOverlay(root: string, folder: string): OverlayFiles {
  const file = ['kustomization.yaml', 'kustomization.yml'].find(name => existsSync(join(root, folder, name)))
  if (file === undefined) {
    const nothing = { resources: [], patches: [], replacements: [], bases: [], unnamed: [] }
    return { ...nothing, faults: [missing(folder, 'kustomization')] }
  }
  const kustomization = parse(readFileSync(join(root, folder, file), 'utf8')) as Kustomization
  const entries = kustomization.resources ?? []
  const isFolder = (entry: string) => entry.startsWith('..')
  const resources = readAll(
    root,
    folder,
    entries.filter(entry => !isFolder(entry)),
  )
  const paths = (kustomization.patches ?? []).flatMap(({ path }) => path ?? [])
  const patches = readAll(root, folder, paths)
  const bases = entries.filter(isFolder).map(entry => join(folder, entry))
  return {
    resources: resources.documents,
    // A list is a patch of places, which only rendering can judge.
    patches: patches.documents.filter(({ object }) => !Array.isArray(object)),
    replacements: kustomization.replacements ?? [],
    bases,
    faults: [...resources.faults, ...patches.faults],
    unnamed: findUnnamed(root, folder, [...entries, ...paths]),
  }
}

function readAll(
  root: string,
  folder: string,
  files: readonly string[],
): { documents: Document[]; faults: Fault[] } {
  const read = files.map(name => {
    const path = join(root, folder, name)
    if (!existsSync(path)) return { documents: [], faults: [missing(folder, name)] }
    return readDocuments(relative(root, path), readFileSync(path, 'utf8'))
  })
  return {
    documents: read.flatMap(({ documents }) => documents),
    faults: read.flatMap(({ faults }) => faults),
  }
}

/** Such a file is never applied, and nobody is told. */
function findUnnamed(root: string, folder: string, named: readonly string[]): Fault[] {
  const files = globSync('**/*.yaml', { cwd: join(root, folder) })
  return files
    .filter(file => file !== 'kustomization.yaml' && !named.includes(file))
    .map(file => ({ file: `${folder}/${file}`, object: '', field: '', message: 'no kustomization names it' }))
}

function missing(folder: string, name: string): Fault {
  return {
    file: `${folder}/${name}`,
    object: '',
    field: '',
    message: 'is named by the kustomization, and is not there',
  }
}
