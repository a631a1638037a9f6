import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring } from '../../knative/local/wiring.ts'
import { ownFolder } from '../support/private-engines.ts'
import { type Body, type Json, readModule, type TerraformModule } from './hcl/read-module.ts'
import { publishedTopics } from './published-topics.ts'

const cloud = await readModule('cloud')
const platform = await readModule('platform')
const manifests = readManifests()
const granted = cloud.locals.get('publishers') as Readonly<Record<string, readonly string[]>>

test.each(manifests)('lets $name publish where its code publishes, and nowhere else', ({ name, env }) => {
  const topics = Object.entries(granted).filter(([, functions]) => functions.includes(name))
  expect(topics.map(([topic]) => topic).sort()).toEqual(publishedTopics(name))
  // The names are the defaults: a manifest that had others would publish where nobody let it.
  expect(Object.keys(env).filter(variable => variable.endsWith('_TOPIC'))).toEqual([])
})

test('grants publishing on topics that there are, to functions that there are', () => {
  expect(Object.keys(granted).filter(topic => !readWiring().topics.includes(topic))).toEqual([])
  const names = manifests.map(({ name }) => name)
  expect(
    Object.values(granted)
      .flat()
      .filter(name => !names.includes(name)),
  ).toEqual([])
})

test('a function that begins to publish is seen', async () => {
  const folder = await ownFolder('publishes')
  try {
    await mkdir(join(folder, 'status'))
    await writeFile(
      join(folder, 'status/index.ts'),
      "import { tell } from './tell.ts'\nimport type { A } from './a.ts'\n",
    )
    await writeFile(join(folder, 'status/a.ts'), 'export type A = { pendingTopic: string }\n')
    await writeFile(join(folder, 'status/tell.ts'), 'publisher.publish(resultsTopic, message)\n')
    expect(publishedTopics('status', folder)).toEqual(['transaction-results'])
    await writeFile(join(folder, 'status/tell.ts'), 'publisher.publish(auditTopic, message)\n')
    expect(() => publishedTopics('status', folder)).toThrow('auditTopic')
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Roles that are granted on the whole project, and to whom. */
const ON_THE_PROJECT = {
  'google_project_iam_member.node': ['roles/container.defaultNodeServiceAccount'],
  // The two calls of the role that is made for it.
  'google_project_iam_custom_role.cluster_caller': [],
  'google_project_iam_member.build_calls_cluster': [],
  'google_project_iam_member.build': [
    'roles/compute.loadBalancerAdmin',
    'roles/compute.securityAdmin',
    'roles/containeranalysis.occurrences.viewer',
    'roles/logging.logWriter',
  ],
}

test('grants roles on the whole project to the nodes and the build only, and none to a function', () => {
  const onProject = [...cloud.resources].filter(([address]) => address.startsWith('google_project_iam'))
  const roles = onProject.map(([address, body]) => [address, rolesOf(body)])
  expect(Object.fromEntries(roles)).toEqual(ON_THE_PROJECT)
})

function rolesOf(body: Body): string[] {
  return (JSON.stringify([body['role'], body['for_each']]).match(/roles\/[\w.]+/g) ?? []).sort()
}

/** Every other grant: its address, the role, on what, to whom, and of what there is one for each. */
const GRANTS: readonly (readonly string[])[] = [
  [
    'google_storage_bucket_iam_member.build_reads_state',
    'roles/storage.objectViewer',
    'var.state_bucket',
    'google_service_account.build.member',
  ],
  [
    'google_storage_bucket_iam_member.build_writes_state',
    'roles/storage.objectUser',
    'var.state_bucket',
    'google_service_account.build.member',
  ],
  [
    'google_kms_crypto_key_iam_member.cluster_encrypts',
    'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    'google_kms_crypto_key.kubernetes_secrets.id',
    `serviceAccount:service-\${data.google_project.project.number}@container-engine-robot.iam.gserviceaccount.com`,
  ],
  [
    'google_pubsub_subscription_iam_member.consumer_reads',
    'roles/pubsub.subscriber',
    'google_pubsub_subscription.results[each.key].id',
    'each.value',
    'var.result_consumers',
  ],
  [
    'google_pubsub_subscription_iam_member.dead_letter_subscriber',
    'roles/pubsub.subscriber',
    'google_pubsub_subscription.push[each.key].id',
    'google_project_service_identity.pubsub.member',
    'local.dead_lettered',
  ],
  [
    'google_pubsub_topic_iam_member.dead_letter_publisher',
    'roles/pubsub.publisher',
    'google_pubsub_topic.topic[each.value.deadLetter.topic].id',
    'google_project_service_identity.pubsub.member',
    'local.dead_lettered',
  ],
  [
    'google_pubsub_topic_iam_member.function_publishes',
    'roles/pubsub.publisher',
    'google_pubsub_topic.topic[each.value.topic].id',
    'google_service_account.function[each.value.function].member',
    'local.publisher_grants',
  ],
  [
    'google_pubsub_topic_iam_member.producer_publishes',
    'roles/pubsub.publisher',
    'google_pubsub_topic.topic["transactions"].id',
    'each.key',
    'var.producers',
  ],
  [
    'google_service_account_iam_member.function_pods',
    'roles/iam.workloadIdentityUser',
    'google_service_account.function[each.key].name',
    `serviceAccount:\${google_container_cluster.settle.workload_identity_config[0].workload_pool}[settle/\${each.key}]`,
    'local.functions',
  ],
  [
    'google_service_account_iam_member.migrate_pods',
    'roles/iam.workloadIdentityUser',
    'google_service_account.migrate.name',
    `serviceAccount:\${google_container_cluster.settle.workload_identity_config[0].workload_pool}[settle/migrate]`,
  ],
  [
    'google_service_account_iam_member.pubsub_signs',
    'roles/iam.serviceAccountTokenCreator',
    'google_service_account.push.name',
    'google_project_service_identity.pubsub.member',
  ],
  [
    'google_artifact_registry_repository_iam_member.build_pushes',
    'roles/artifactregistry.writer',
    'google_artifact_registry_repository.settle.name',
    'google_service_account.build.member',
  ],
  [
    'google_artifact_registry_repository_iam_member.node_pulls',
    'roles/artifactregistry.reader',
    'google_artifact_registry_repository.settle.name',
    'google_service_account.node.member',
  ],
  [
    'google_storage_bucket_iam_member.build_writes_sbom',
    'roles/storage.admin',
    'google_storage_bucket.sbom.name',
    'google_service_account.build.member',
  ],
  [
    'google_secret_manager_secret_iam_member.build_reads',
    'roles/secretmanager.secretAccessor',
    'google_secret_manager_secret.secret[each.key].id',
    'google_service_account.build.member',
    'local.secrets',
  ],
  [
    'google_secret_manager_secret_iam_member.build_reads_smoke_client',
    'roles/secretmanager.secretAccessor',
    'google_secret_manager_secret.smoke_client.id',
    'google_service_account.build.member',
  ],
  [
    'google_secret_manager_secret_iam_member.function_reads',
    'roles/secretmanager.secretAccessor',
    'google_secret_manager_secret.secret[each.value.secret].id',
    'google_service_account.function[each.value.function].member',
    'local.function_secrets',
  ],
  [
    'google_secret_manager_secret_iam_member.migrate_reads',
    'roles/secretmanager.secretAccessor',
    'google_secret_manager_secret.secret[each.key].id',
    'google_service_account.migrate.member',
    'toset(["settle-mysql-url", "settle-mysql-ca"])',
  ],
]

/** The same, as the code has it. */
function grantsOf({ resources }: TerraformModule): string[][] {
  const plain = (value: Json | undefined) => String(value).replace(/^\$\{([^{}]*)\}$/, '$1')
  const isGrant = (address: string) => address.includes('_iam_') && !address.startsWith('google_project_iam')
  return [...resources]
    .filter(([address]) => isGrant(address))
    .map(
      ([address, { role, member, for_each: each, condition: _c, location: _l, depends_on: _d, ...on }]) => [
        ...[address, plain(role), Object.values(on).map(plain).join(' '), plain(member)],
        ...(each === undefined ? [] : [plain(each)]),
      ],
    )
}

const sorted = (rows: readonly (readonly string[])[]) => rows.map(row => row.join(' | ')).sort()

test('grants what the table says, where it says, to whom it says, and nothing else', () => {
  expect(sorted(grantsOf(cloud))).toEqual(sorted(GRANTS))
  expect(grantsOf(platform)).toEqual([])
})

test.each([
  ['is gone', 'google_service_account_iam_member.pubsub_signs', undefined],
  ['has a wider role', 'google_storage_bucket_iam_member.build_reads_state', { role: 'roles/storage.admin' }],
  ["is everybody's", 'google_pubsub_topic_iam_member.producer_publishes', { member: 'allUsers' }],
  ['is on something else', 'google_pubsub_topic_iam_member.dead_letter_publisher', { topic: 'other' }],
])('a grant that %s is seen: %s', (_what, address, change) => {
  const resources = new Map(cloud.resources)
  if (change === undefined) resources.delete(address)
  else resources.set(address, { ...resources.get(address), ...change })
  expect(sorted(grantsOf({ ...cloud, resources }))).not.toEqual(sorted(GRANTS))
})

test('grants no role that owns, edits or administers everything', () => {
  const roles = [...cloud.resources.values()].flatMap(rolesOf)
  expect(roles.length).toBeGreaterThan(10)
  expect(
    roles
      .filter(role =>
        /^roles\/(owner|editor|viewer|pubsub\.(admin|editor)|iam\.|secretmanager\.admin)/.test(role),
      )
      .sort(),
  ).toEqual([
    'roles/iam.serviceAccountTokenCreator',
    'roles/iam.workloadIdentityUser',
    'roles/iam.workloadIdentityUser',
  ])
})

/** Who can delete the cluster, or have itself everything in it, by a role of Google's. */
test('lets nobody administer the cluster from outside, and the build call it', () => {
  const roles = [...cloud.resources.values()].flatMap(rolesOf)
  expect(roles.filter(role => /^roles\/container\.(admin|clusterAdmin|developer)$/.test(role))).toEqual([])
  const caller = cloud.resources.get('google_project_iam_custom_role.cluster_caller')?.['permissions']
  expect(caller).toEqual(['container.clusters.connect', 'container.clusters.get'])
})

test('names no account of Google that may not be there yet', () => {
  // `service-NUMBER@gcp-sa-…` exists from the first use on; as a resource it is made before it is granted something.
  const named = [...cloud.resources, ...cloud.locals].filter(([, body]) =>
    JSON.stringify(body).includes('@gcp-sa-'),
  )
  expect(named.map(([address]) => address)).toEqual([])
})
