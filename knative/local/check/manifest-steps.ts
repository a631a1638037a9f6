import { findPrograms, type SearchPlaces, usualPlaces } from '../engines/find-program.ts'
import type { Step } from './run-steps.ts'

const PROGRAM = 'knative/local/check/manifests/main.ts'

/**
 * The checks of the manifests: as they are written, and as the overlays render them. Rendering needs kubectl, and no
 * cluster; without it on this machine it is skipped, and says so.
 */
export function manifestSteps(places: SearchPlaces = usualPlaces(process.env)): Step[] {
  const [kubectl] = findPrograms(['kubectl'], places)
  const node = (...args: string[]): [string, ...string[]] => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    PROGRAM,
    ...args,
  ]
  const rendered: Step = { title: 'manifests, rendered', command: node('rendered', kubectl ?? 'kubectl') }
  return [
    { title: 'manifests', command: node('written') },
    kubectl === undefined ? { ...rendered, skip: 'kubectl is not installed' } : rendered,
  ]
}
