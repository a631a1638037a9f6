import type { Document, ManifestObject, Platform } from './document.ts'
import type { Complaint } from './fault.ts'
import { type Selector, selects } from './selector.ts'

type Budget = ManifestObject & { readonly spec: { readonly selector: Selector } }
type Rule = {
  readonly from?: readonly unknown[]
  readonly to?: readonly unknown[]
  readonly ports: readonly { readonly port: number }[]
}
export type NetworkPolicy = ManifestObject & {
  readonly spec: {
    readonly podSelector: Selector
    readonly policyTypes: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly Rule[]
    readonly egress?: readonly Rule[]
  }
}

/** What must reach a pod of a function: requests (plain, HTTP/2, TLS), the end of a pod, and both kinds of figures. */
const PORTS_IN = [8012, 8013, 8022, 8112, 9090, 9091]
/** What a function must reach: names, who it is (80 or 988: the metadata server), MySQL, Redis with TLS, Google. */
const PORTS_OUT = [53, 80, 443, 988, 3306, 6378]
/** What the migration must reach. */
const MIGRATION_OUT = [53, 3306]

/**
 * What an overlay lacks. Every function of the base is in it, and the migration; on Kubernetes each with its account, the
 * functions with their budget for drains and the network policies without which they reach nothing.
 */
export function coverageFaults(
  documents: readonly Document[],
  functions: readonly string[],
  platform: Platform,
): Complaint[] {
  const objects = documents.map(({ object }) => object)
  const has = (kind: string, name: string) =>
    objects.some(object => object.kind === kind && object.metadata.name === name)
  const lacking = (kind: string, names: readonly string[]) =>
    names.filter(name => !has(kind, name)).map((name): Complaint => ['', `${kind} ${name} is missing`])
  const faults = [...lacking('Service', functions), ...lacking('Job', ['migrate'])]
  if (platform !== 'gke') return faults
  faults.push(...lacking('ServiceAccount', [...functions, 'migrate']))
  const policies = objects.filter(object => object.kind === 'NetworkPolicy') as NetworkPolicy[]
  for (const name of functions) {
    const own = policiesOf(policies, labelsOf(name))
    faults.push(
      ...budgetFaults(objects, name),
      ...inwardFaults(own, name),
      ...outwardFaults(own, name, PORTS_OUT),
    )
  }
  const ofMigration = policiesOf(policies, podLabelsOf(objects.find(({ kind }) => kind === 'Job')))
  faults.push(...outwardFaults(ofMigration, 'migrate', MIGRATION_OUT))
  if (!policies.some(isNothing)) {
    faults.push(['', 'there is no NetworkPolicy that lets nothing through to every pod and from it'])
  }
  return faults
}

function budgetFaults(objects: readonly ManifestObject[], name: string): Complaint[] {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget') as Budget[]
  const count = budgets.filter(({ spec }) => selects(spec.selector, labelsOf(name))).length
  if (count === 1) return []
  const why =
    count === 0 ? 'is missing' : 'is there more than once, and Kubernetes would evict none of its pods'
  return [['', `PodDisruptionBudget for ${name} ${why}`]]
}

function policiesOf(
  policies: readonly NetworkPolicy[],
  labels: Readonly<Record<string, string>>,
): readonly NetworkPolicy[] {
  return policies.filter(({ spec }) => selects(spec.podSelector, labels))
}

function inwardFaults(policies: readonly NetworkPolicy[], name: string): Complaint[] {
  const open = new Set(policies.flatMap(({ spec }) => portsOf(spec.ingress)))
  const closed = PORTS_IN.filter(port => !open.has(port))
  return closed.map(port => ['', `no NetworkPolicy lets port ${port} through to ${name}`])
}

function outwardFaults(
  policies: readonly NetworkPolicy[],
  name: string,
  ports: readonly number[],
): Complaint[] {
  const open = new Set(policies.flatMap(({ spec }) => portsOf(spec.egress)))
  const closed = ports.filter(port => !open.has(port))
  return closed.map(port => ['', `no NetworkPolicy lets ${name} out to port ${port}`])
}

function isNothing({ spec }: NetworkPolicy): boolean {
  const { podSelector, policyTypes, ingress, egress } = spec
  const every = Object.keys(podSelector).length === 0 && policyTypes.length === 2
  return every && ingress === undefined && egress === undefined
}

const portsOf = (rules: readonly Rule[] = []) => rules.flatMap(({ ports }) => ports.map(({ port }) => port))

/** As a Job's template labels its pods. */
const podLabelsOf = (job: ManifestObject | undefined) =>
  (job as { spec?: { template?: ManifestObject } } | undefined)?.spec?.template?.metadata?.labels ?? {}

/** As Knative labels the pods of a function. */
const labelsOf = (name: string) => ({ 'serving.knative.dev/service': name })
