import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { findReferences } from './hcl/find-references.ts'
import { type Body, blocks, readModule } from './hcl/read-module.ts'

/*
 * What Terraform and the other ways to deploy say of the same things: the overlay for GKE, of which the platform stage reads
 * policies and rollout, and the build, which the cloud stage starts.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OVERLAY = 'knative/overlays/gke/'

const cloud = await readModule('cloud')
const platform = await readModule('platform')
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8')

const network = {
  nodes: cloud.resources.get('google_compute_subnetwork.settle')?.['ip_cidr_range'],
  databases: rangeOf(cloud.resources.get('google_compute_global_address.private_services') ?? {}),
}

function rangeOf(address: Body): string {
  return `${address['address']}/${address['prefix_length']}`
}

type Policy = {
  readonly metadata: { readonly name: string }
  readonly spec: Readonly<
    Record<
      'ingress' | 'egress',
      readonly {
        readonly from?: readonly Peer[]
        readonly to?: readonly Peer[]
        readonly ports: readonly { readonly port: number }[]
      }[]
    >
  >
}
type Peer = { readonly ipBlock?: { readonly cidr: string } }

/** Ranges that a policy names for a port which are not the network's. */
function wrongRanges(text: string): string[] {
  const policies = parseAllDocuments(text).map(document => document.toJSON() as Policy)
  const rules = policies.flatMap(({ metadata, spec }) => [
    ...(spec.egress ?? [])
      .filter(({ ports }) => ports?.some(({ port }) => port === 3306))
      .flatMap(({ to }) => inspect(metadata.name, to, network.databases)),
    ...(spec.ingress ?? []).flatMap(({ from }) => inspect(metadata.name, from, network.nodes)),
  ])
  return rules
}

function inspect(policy: string, peers: readonly Peer[] = [], expected: unknown): string[] {
  const ranges = peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock.cidr]))
  return ranges
    .filter(range => range !== expected)
    .map(range => `${policy} names ${range}, the network has ${expected}`)
}

test('policies let functions reach the addresses that databases have, and nodes the functions', () => {
  for (const file of globSync(`${OVERLAY}network-policies.yaml`, { cwd: ROOT }))
    expect(wrongRanges(read(file))).toEqual([])
})

test('a policy with another range is seen', () => {
  const policy =
    'metadata: {name: out}\nspec: {egress: [{to: [{ipBlock: {cidr: 10.9.0.0/16}}], ports: [{port: 3306}]}]}\n'
  expect(wrongRanges(policy)).toEqual([`out names 10.9.0.0/16, the network has ${network.databases}`])
})

test('the overlay binds each Kubernetes account to the Google account of its name', () => {
  for (const file of globSync(`${OVERLAY}service-accounts.yaml`, { cwd: ROOT })) {
    const accounts = parseAllDocuments(read(file)).map(document => document.toJSON())
    const bound = accounts.map(({ metadata }) => [
      metadata.name,
      metadata.annotations['iam.gke.io/gcp-service-account'].split('@')[0],
    ])
    expect(bound.filter(([name, account]) => account !== `settle-${name}`)).toEqual([])
  }
})

test('the overlay has the files that the platform stage reads', () => {
  if (!existsSync(`${ROOT}${OVERLAY}`)) return
  const texts = JSON.stringify([...platform.locals.values(), ...platform.resources.values()])
  const named = [...texts.matchAll(/local\.overlay\}\/([\w-]+\.yaml)/g)].map(([, file]) => file)
  const listed = [...texts.matchAll(/for file in \[([^\]]*)\]/g)].flatMap(
    ([, list = '']) => list.match(/[\w-]+\.yaml/g) ?? [],
  )
  expect([...named, ...listed].length).toBeGreaterThan(2)
  expect([...named, ...listed].filter(file => !existsSync(`${ROOT}${OVERLAY}${file}`))).toEqual([])
})

/** Substitutions that the trigger gives and the build does not declare: Cloud Build would refuse the build. */
function undeclared(build: { readonly substitutions?: Readonly<Record<string, string>> }): string[] {
  const trigger = cloud.resources.get('google_cloudbuild_trigger.deploy')
  const given = String(trigger?.['substitutions']).match(/\b_[A-Z_]+/g) ?? []
  return given.filter(name => !Object.keys(build.substitutions ?? {}).includes(name))
}

test('the trigger gives the build substitutions that it declares', () => {
  const build = parse(read('cloudbuild.yaml'))
  if (build.substitutions !== undefined) expect(undeclared(build)).toEqual([])
})

test('a substitution that the build does not declare is seen', () => {
  expect(undeclared({ substitutions: { _REGION: 'r', _STATE_BUCKET: 'b' } })).toEqual(['_CLUSTER'])
})

test('the trigger starts the build that is here, as the account that may', () => {
  const trigger = cloud.resources.get('google_cloudbuild_trigger.deploy') ?? {}
  expect(existsSync(`${ROOT}${trigger['filename']}`)).toBe(true)
  expect(findReferences(trigger['service_account'] ?? '')).toEqual([
    ['google_service_account', 'build', 'id'],
  ])
  expect(blocks(trigger['approval_config'])[0]).toHaveProperty('approval_required')
})
