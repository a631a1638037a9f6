import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Wiring } from '../../wiring.ts'
import { agreementFaults } from './agreement-rules.ts'
import { annotationFaults } from './annotation-rules.ts'
import { type Document, type Platform, titleOf, toFaults } from './document.ts'
import type { Complaint, Fault } from './fault.ts'
import { type KnownFunction, knownFunctions } from './known-functions.ts'
import { objectFaults } from './object-rules.ts'
import { type OverlayFiles, readOverlay } from './overlay-files.ts'
import { coverageFaults } from './overlay-rules.ts'
import { projectFaults } from './project-rules.ts'
import { render } from './render.ts'
import { replacementFaults } from './replacement-rules.ts'
import { schemaFaults } from './schema-faults.ts'
import { wiringFaults } from './wiring-rules.ts'

const OVERLAYS: readonly Platform[] = ['gke', 'cloud-run']
const WIRING = 'knative/wiring.yaml'
const BASES = ['knative/services', 'knative/jobs']
const folderOf = (overlay: Platform) => join('knative/overlays', overlay)

/** A part of an object: any of it may be left out. */
type Patch = {
  readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, unknown>> }
  readonly spec?: { readonly template?: Patch }
}

type Functions = ReadonlyMap<string, KnownFunction>

/** The manifests as they are written: the base and the wiring whole, and of the overlays what can be judged without rendering them. */
export async function checkWritten(root: string): Promise<Fault[]> {
  const functions = await knownFunctions()
  const base = BASES.map(folder => readOverlay(root, folder))
  const documents = base.flatMap(({ resources }) => resources)
  const faults = base.flatMap(one => one.faults)
  for (const document of documents) {
    faults.push(...toFaults(document, objectFaults(document.object, { platform: 'base', functions })))
    faults.push(...toFaults(document, nameFaults(document)))
  }
  // What builds on it cannot be judged before it is right.
  if (faults.length > 0) return faults
  const ofAll = [
    ...coverageFaults(documents, namesOf(functions), 'base'),
    ...agreementFaults(documents, functions),
  ]
  faults.push(...base.flatMap(({ unnamed }) => unnamed), ...ofPlace('knative/services', ofAll))
  const wiring = parse(readFileSync(join(root, WIRING), 'utf8')) as Wiring
  faults.push(...ofPlace(WIRING, wiringFaults(wiring, documents, functions)))
  for (const overlay of OVERLAYS) faults.push(...writtenFaults(root, overlay, documents, functions))
  return faults
}

/** The manifests as `kubectl kustomize` renders them, by every rule. */
export async function checkRendered(root: string, kubectl: string): Promise<Fault[]> {
  const functions = await knownFunctions()
  return OVERLAYS.flatMap(overlay => {
    const { documents, faults } = render(kubectl, root, folderOf(overlay))
    if (faults.length > 0) return faults
    return renderedFaults(documents, overlay, functions)
  })
}

/** What is wrong with the objects of a rendered overlay: each by itself, and when none is, all together. */
export function renderedFaults(
  documents: readonly Document[],
  overlay: Platform,
  functions: Functions,
): Fault[] {
  const ofEach = documents.flatMap(document =>
    toFaults(document, objectFaults(document.object, { platform: overlay, functions })),
  )
  if (ofEach.length > 0) return ofEach
  const ofAll = [
    ...coverageFaults(documents, namesOf(functions), overlay),
    ...agreementFaults(documents, functions),
    ...projectFaults(documents),
  ]
  return ofPlace(folderOf(overlay), ofAll)
}

function writtenFaults(
  root: string,
  overlay: Platform,
  base: readonly Document[],
  functions: Functions,
): Fault[] {
  const files = readOverlay(root, folderOf(overlay))
  const built = base.filter(({ file }) => files.bases.some(folder => file.startsWith(`${folder}/`)))
  const ofEach = [
    ...files.faults,
    ...files.resources.flatMap(document =>
      toFaults(document, resourceFaultsOf(document, overlay, functions)),
    ),
    ...files.patches.flatMap(document => toFaults(document, patchFaults(document, overlay, functions))),
  ]
  if (ofEach.length > 0) return ofEach
  const ofAll = [
    ...coverageFaults([...built, ...files.resources], namesOf(functions), overlay),
    ...projectFaults(files.resources),
    ...unpatched(files, namesOf(functions)),
    ...replacementFaults(files.replacements, built),
  ]
  return [...files.unnamed, ...ofPlace(folderOf(overlay), ofAll)]
}

/** A Job has its image and project from the settings, which are put in while rendering. */
function resourceFaultsOf(document: Document, platform: Platform, functions: Functions): Complaint[] {
  const { object } = document
  if (object.kind === 'ConfigMap') return schemaFaults(object, 'settings', 'an overlay')
  if (object.kind === 'Job') return schemaFaults(object, 'cloud-run-job', 'Cloud Run')
  return objectFaults(object, { platform, functions })
}

/** Of a patch its annotations, and that it is for something that is there. */
function patchFaults({ object }: Document, platform: Platform, functions: Functions): Complaint[] {
  const { metadata, spec } = object as Patch
  const name = metadata?.name ?? ''
  const ofTemplate = spec?.template?.metadata?.annotations ?? {}
  const field = 'metadata.annotations'
  return [
    ...(functions.has(name) ? [] : [['metadata.name', `${titleOf(object)} is not in the base`] as const]),
    ...annotationFaults(metadata?.annotations ?? {}, { platform, level: 'service', field }),
    ...annotationFaults(ofTemplate, { platform, level: 'template', field: `spec.template.${field}` }),
  ]
}

/** Every function is different on every platform, in its account at least. */
function unpatched({ patches }: OverlayFiles, names: readonly string[]): Complaint[] {
  const patched = patches.map(({ object }) => object.metadata.name)
  return names
    .filter(name => !patched.includes(name))
    .map(name => ['kustomization.yaml', `no patch is for ${name}`])
}

/** A file is called as the object in it. */
function nameFaults({ file, object }: Document): Complaint[] {
  const name = object.metadata?.name
  return file.endsWith(`/${name}.yaml`)
    ? []
    : [['metadata.name', `must be as the file is called, not ${name}`]]
}

function ofPlace(file: string, complaints: readonly Complaint[]): Fault[] {
  return complaints.map(([field, message]) => ({ file, object: '', field, message }))
}

const namesOf = (functions: Functions) => [...functions.keys()].filter(name => name !== 'migrate')
