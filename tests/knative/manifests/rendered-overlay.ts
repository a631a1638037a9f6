import type { Document, Platform } from '../../../knative/local/check/manifests/document.ts'
import { readOverlay } from '../../../knative/local/check/manifests/overlay-files.ts'
import { render } from '../../../knative/local/check/manifests/render.ts'
import { findPrograms, usualPlaces } from '../../../knative/local/engines/find-program.ts'
import { ROOT } from './sample.ts'

export const [kubectl] = findPrograms(['kubectl'], usualPlaces(process.env))
/** What the tests below can look at on this machine. */
export const AS = kubectl === undefined ? 'as written, kubectl is not installed' : 'rendered'

/** The objects of an overlay as kubectl renders them; without it as they are written, beside those of the base. */
export function overlayDocuments(overlay: Platform): readonly Document[] {
  const folder = `knative/overlays/${overlay}`
  if (kubectl !== undefined) {
    const { documents, faults } = render(kubectl, ROOT, folder)
    if (faults.length > 0) throw new Error(JSON.stringify(faults))
    return documents
  }
  const { bases, resources } = readOverlay(ROOT, folder)
  return [...bases.flatMap(base => readOverlay(ROOT, base).resources), ...resources]
}
