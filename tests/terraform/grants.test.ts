import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring } from '../../knative/local/wiring.ts'
import { ownFolder } from '../support/private-engines.ts'
import { type Body, readModule } from './hcl/read-module.ts'
import { publishedTopics } from './published-topics.ts'

const cloud = await readModule('cloud')
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
