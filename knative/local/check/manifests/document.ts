import { parseAllDocuments } from 'yaml'
import type { Complaint, Fault } from './fault.ts'

/** Where an object is to run: `base` is what the overlays build on. */
export type Platform = 'base' | 'gke' | 'cloud-run'

export type ManifestObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** An object with where it was read, so that a fault can name it. */
export type Document = { readonly file: string; readonly object: ManifestObject }

/** The objects of a YAML text. A text that is no YAML, or names a key twice, gives faults instead. */
export function readDocuments(file: string, text: string): { documents: Document[]; faults: Fault[] } {
  const parsed = parseAllDocuments(text)
  const faults = [...parsed].flatMap(document =>
    document.errors.map(({ message }) => ({ file, object: '', field: '', message: message.trim() })),
  )
  if (faults.length > 0) return { documents: [], faults }
  const objects = [...parsed].map(document => document.toJS() as ManifestObject | null)
  return { documents: objects.flatMap(object => (object === null ? [] : [{ file, object }])), faults }
}

/** How a fault names an object. */
export function titleOf({ kind, metadata }: ManifestObject): string {
  return `${kind ?? 'object'} ${metadata?.name ?? 'without a name'}`
}

export function toFaults({ file, object }: Document, complaints: readonly Complaint[]): Fault[] {
  return complaints.map(([field, message]) => ({ file, object: titleOf(object), field, message }))
}
