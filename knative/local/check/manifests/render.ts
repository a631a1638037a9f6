import { spawnSync } from 'node:child_process'
import { type Document, readDocuments } from './document.ts'
import type { Fault } from './fault.ts'

/** What `kubectl kustomize` makes of a folder: nothing is asked of a cluster. */
export function render(
  kubectl: string,
  root: string,
  folder: string,
): { documents: Document[]; faults: Fault[] } {
  const { status, stdout, stderr, error } = spawnSync(kubectl, ['kustomize', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  const file = `${folder} (rendered)`
  if (status === 0) return readDocuments(file, stdout)
  const message = `kubectl kustomize ${folder} failed: ${(error?.message ?? stderr).trim()}`
  return { documents: [], faults: [{ file, object: '', field: '', message }] }
}
