import type { Complaint } from './fault.ts'
import type { NetworkPolicy } from './overlay-rules.ts'
import type { Selector } from './selector.ts'

type Peer = {
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

/** Namespaces that Knative (knative.tf in terraform/platform), Kourier's release and GKE make. From another nobody would come. */
export const NAMESPACES = [
  ...['knative-serving', 'kourier-system', 'gmp-system', 'kube-system'],
  // Where GKE runs its OpenTelemetry collector.
  'gke-managed-otel',
]
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name'

/** Ranges that every network of ours may use inside. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

/** What is wrong with a NetworkPolicy by itself, of which the schema has been checked. */
export function policyFaults({ spec }: NetworkPolicy): Complaint[] {
  const { policyTypes, ingress, egress } = spec
  const faults: Complaint[] = []
  for (const [type, rules] of [['Ingress', ingress] as const, ['Egress', egress] as const]) {
    if (rules !== undefined && !policyTypes.includes(type)) {
      faults.push([
        'spec.policyTypes',
        `must name ${type}: without it the rules below ${type.toLowerCase()} do nothing`,
      ])
    }
  }
  const peers = [
    ...(ingress ?? []).flatMap(({ from = [] }, rule) =>
      from.map((peer, at) => [`spec.ingress[${rule}].from[${at}]`, peer] as const),
    ),
    ...(egress ?? []).flatMap(({ to = [] }, rule) =>
      to.map((peer, at) => [`spec.egress[${rule}].to[${at}]`, peer] as const),
    ),
  ]
  return [...faults, ...peers.flatMap(([field, peer]) => peerFaults(field, peer as Peer))]
}

function peerFaults(field: string, { namespaceSelector, ipBlock }: Peer): Complaint[] {
  const faults = namespacesOf(namespaceSelector)
    .filter(name => !NAMESPACES.includes(name))
    .map(
      (name): Complaint => [
        `${field}.namespaceSelector`,
        `nobody makes a namespace ${name}; there are ${NAMESPACES.join(', ')}`,
      ],
    )
  const inside = PRIVATE.filter(range => ipBlock?.except?.includes(range) !== true)
  if (ipBlock?.cidr.endsWith('/0') === true && inside.length > 0) {
    faults.push([
      `${field}.ipBlock.except`,
      `must have ${inside.join(', ')}: nothing inside the network is reached by being public`,
    ])
  }
  return faults
}

function namespacesOf({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string[] {
  const named = matchExpressions
    .filter(({ key }) => key === NAMESPACE_LABEL)
    .flatMap(({ values = [] }) => values)
  return [matchLabels[NAMESPACE_LABEL] ?? [], named].flat()
}
