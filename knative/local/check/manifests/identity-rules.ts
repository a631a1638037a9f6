import type { Complaint } from './fault.ts'
import type { Surroundings } from './service.ts'

/** Where the parts of an object stand that say which image it runs, and as whom. */
export type Identity = {
  readonly name: string
  readonly namespace: string | undefined
  readonly image: string
  readonly account: string | undefined
  /** The path of the spec that holds the account and the containers. */
  readonly field: string
}

/** The base names no project: image and account are given by an overlay, which gives both exactly. */
export function identityFaults(
  identity: Identity,
  { platform }: Pick<Surroundings, 'platform'>,
): Complaint[] {
  const { name, namespace, image, account, field } = identity
  const faults: Complaint[] = []
  if (platform === 'base') {
    if (image !== 'settle')
      faults.push([`${field}.containers[function].image`, 'must be settle: an overlay names the real one'])
    if (account !== undefined) faults.push([`${field}.serviceAccountName`, 'belongs in an overlay'])
    if (namespace !== undefined) faults.push(['metadata.namespace', 'belongs in an overlay'])
    return faults
  }
  if (!/^[a-z0-9-]+-docker\.pkg\.dev\/[^/]+\/settle\/settle@sha256:[0-9a-f]{64}$/.test(image)) {
    const wanted = 'REGION-docker.pkg.dev/PROJECT/settle/settle@sha256:DIGEST'
    faults.push([
      `${field}.containers[function].image`,
      `must be ${wanted}, not ${image}: a tag can be moved`,
    ])
  }
  const wanted = platform === 'gke' ? name : `settle-${name}@`
  const fits = platform === 'gke' ? account === name : account?.startsWith(wanted) === true
  if (!fits) {
    const shown = platform === 'gke' ? wanted : `${wanted}PROJECT.iam.gserviceaccount.com`
    faults.push([
      `${field}.serviceAccountName`,
      `must be ${shown}: each function runs as an account of its own`,
    ])
  }
  if (platform === 'gke' && namespace !== 'settle') faults.push(['metadata.namespace', 'must be settle'])
  return faults
}
