import { expect, test } from '@jest/globals'
import { type Selector, selects } from '../../../knative/local/check/manifests/selector.ts'
import { readObjects } from './sample.ts'

type Peer = {
  readonly namespaceSelector?: Selector
  readonly podSelector?: Selector
  readonly ipBlock?: { readonly cidr: string }
}
type Policy = {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly egress: readonly { readonly to: readonly Peer[] }[] }
}

const KUBE_SYSTEM = { 'kubernetes.io/metadata.name': 'kube-system' }

const policies = readObjects('knative/overlays/gke/network-policies.yaml') as unknown as Policy[]
const [names] = policies.find(({ metadata }) => metadata.name === 'names-and-identity')?.spec.egress ?? []
const peers = names?.to ?? []

/** Where GKE answers questions for names, by how the cluster is set up. */
test.each(['kube-dns', 'node-local-dns'])('a pod may ask %s, of the cluster, for names', app => {
  const asked = peers.filter(({ podSelector }) => podSelector && selects(podSelector, { 'k8s-app': app }))
  expect(asked.map(({ namespaceSelector = {} }) => selects(namespaceSelector, KUBE_SYSTEM))).toEqual([true])
})

test.each(['169.254.20.10/32', '169.254.169.254/32'])('a pod may ask %s, of the node, for names', cidr => {
  expect(peers.map(({ ipBlock }) => ipBlock?.cidr)).toContain(cidr)
})
