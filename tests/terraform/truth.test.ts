import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { NAMESPACES } from '../../knative/local/check/manifests/policy-rules.ts'
import { CLUSTER_SETTINGS } from '../../knative/local/serving/kpa/kpa-settings.ts'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring } from '../../knative/local/wiring.ts'
import {
  type Body,
  blocks,
  type Json,
  parseModule,
  readModule,
  type TerraformModule,
} from './hcl/read-module.ts'

/*
 * One truth: knative/wiring.yaml and knative/services/*.yaml. What Terraform says in its own words, such as the path that it
 * pushes to and the path that the load balancer takes away again, is worked out here and compared with them.
 */
const cloud = await readModule('cloud')
const platform = await readModule('platform')
const wiring = readWiring()
const manifests = readManifests()
const pushes = [...wiring.subscriptions, ...wiring.schedules]
const pushed = [...new Set(pushes.map(rule => rule.function))]
const names = manifests.map(({ name }) => name)

/** A template with values for its expressions; throws if one is left. */
function fill(template: Json | undefined, values: Readonly<Record<string, string>>): string {
  const filled = Object.entries(values).reduce(
    (text, [expression, value]) => text.replaceAll(`\${${expression}}`, value),
    String(template),
  )
  if (filled.includes(`\${`)) throw new Error(`an expression is left in ${filled}`)
  return filled
}

/** The body at a path of block names, through the lists that blocks are parsed to. */
function at(body: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => blocks(value)[0]?.[key], body)
}

const resource = (module: typeof cloud, address: string): Body => {
  const body = module.resources.get(address)
  if (body === undefined) throw new Error(`${address} is not there`)
  return body
}

/** The texts in quotes that an expression contains, as they would be without escapes. */
const quoted = (value: Json | undefined): string[] =>
  [...String(value).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll('\\"', '"'))

test.each(pushes)('a push of $name comes to the path that the function answers', rule => {
  const values = {
    'rule.function': rule.function,
    'rule.path': rule.path,
    'var.push_host': 'push.example.com',
  }
  const [template] = quoted(cloud.locals.get('push_endpoints'))
  const endpoint = new URL(fill(template, values))
  expect(endpoint.origin).toBe('https://push.example.com')

  // Cloud Armor lets it in …
  const expression = String(
    at(
      blocks(resource(platform, 'google_compute_security_policy.push')['rule'])[0],
      'match',
      'expr',
      'expression',
    ),
  )
  const [, item = ''] = /\[for rule in local\.pushes : "(.*)"\]/.exec(expression) ?? []
  const allowed = pushes.map(({ function: name, path }) =>
    fill(item, { 'rule.function': name, 'rule.path': path }),
  )
  const pattern = expression.replace(/^[^']*'POST'[^']*'|'\)$/g, '').replace(/\$\{.*\}/, allowed.join('|'))
  expect(endpoint.pathname).toMatch(new RegExp(pattern))
  expect(`${endpoint.pathname}more`).not.toMatch(new RegExp(pattern))

  // … and the URL map takes the function's name away.
  const matchers = blocks(resource(platform, 'google_compute_url_map.settle')['path_matcher'])
  const rules = at(
    matchers.find(({ name }) => name === 'push'),
    'dynamic',
    'route_rules',
    'content',
  )
  const prefix = fill(at(rules, 'match_rules', 'prefix_match'), { 'route_rules.value': rule.function })
  const rewritten = String(at(rules, 'route_action', 'url_rewrite', 'path_prefix_rewrite'))
  expect(endpoint.pathname.startsWith(prefix)).toBe(true)
  expect(endpoint.pathname.replace(prefix, rewritten)).toBe(rule.path)
  expect(at(rules, 'route_action', 'url_rewrite', 'host_rewrite')).toBe(
    `\${local.function_host[route_rules.value]}`,
  )
})

test('every function that is pushed to expects the audience and the e-mail that pushes carry', () => {
  const inSubscription = at(
    resource(cloud, 'google_pubsub_subscription.push'),
    'push_config',
    'oidc_token',
    'audience',
  )
  const inSchedule = at(
    resource(cloud, 'google_cloud_scheduler_job.schedule'),
    'http_target',
    'oidc_token',
    'audience',
  )
  expect(inSchedule).toBe(inSubscription)
  const account = resource(cloud, 'google_service_account.push')['account_id']
  for (const { name, env } of manifests.filter(({ name }) => pushed.includes(name))) {
    // The function's name is in it, so that a failure says whose manifest differs.
    expect([name, env['PUSH_AUDIENCE']]).toEqual([
      name,
      fill(inSubscription, { 'each.value.function': name }),
    ])
    expect([name, env['PUSH_SERVICE_ACCOUNT']?.split('@')[0]]).toEqual([name, account])
  }
})

test('subscriptions take from the wiring what it says, and not something else of it', () => {
  const body = resource(cloud, 'google_pubsub_subscription.push')
  const policy = at(body, 'dynamic', 'dead_letter_policy')
  expect({
    for_each: body['for_each'],
    ordered: body['enable_message_ordering'],
    deadline: body['ack_deadline_seconds'],
    ttl: at(body, 'expiration_policy', 'ttl'),
    minimum: at(body, 'retry_policy', 'minimum_backoff'),
    maximum: at(body, 'retry_policy', 'maximum_backoff'),
    attempts: at(policy, 'content', 'max_delivery_attempts'),
  }).toEqual({
    for_each: `\${local.subscriptions}`,
    ordered: `\${each.value.ordered}`,
    deadline: `\${each.value.ackDeadlineSeconds}`,
    ttl: '',
    minimum: `\${each.value.retry.minimumSeconds}s`,
    maximum: `\${each.value.retry.maximumSeconds}s`,
    attempts: `\${dead_letter_policy.value.maxDeliveryAttempts}`,
  })
})

/** Words in quotes that look like a topic or a subscription, and are none. */
function unknownTopics({ resources, locals }: TerraformModule): string[] {
  const known = [...wiring.topics, ...wiring.subscriptions.map(({ name }) => name)]
  const texts = JSON.stringify([...resources.values(), ...locals.values()])
  const named = [...texts.matchAll(/"(transactions?(?:-[a-z]+)*)\\?"/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(1)
  return named.filter(name => !known.includes(name))
}

test('names only topics that there are', async () => {
  expect(unknownTopics(cloud)).toEqual([])
  const misspelt =
    'locals {\n  a = google_pubsub_topic.topic["transaction-pending"]\n  b = each.key == "transactions-result" ? 1 : 2\n}\n'
  expect(unknownTopics(await parseModule('misspelt', { 'main.tf': misspelt }))).toEqual([
    'transaction-pending',
    'transactions-result',
  ])
})

test('callers reach every route of the wiring: one segment stands for one segment', () => {
  const matchers = blocks(resource(platform, 'google_compute_url_map.settle')['path_matcher'])
  const rules = at(
    matchers.find(({ name }) => name === 'api'),
    'dynamic',
    'route_rules',
  )
  expect(at(rules, 'for_each')).toBe(`\${local.api_routes}`)
  const routes = String(platform.locals.get('api_routes'))
  expect(routes).toContain('for index, rule in local.wiring.routes')
  const [, pattern = '', replacement = ''] = /replace\(rule\.path, "\/(.*)\/", "(.*)"\)/.exec(routes) ?? []
  const template = '/api/v1/accounts/{accountId}/balance'.replaceAll(
    new RegExp(pattern.replaceAll('\\\\', '\\'), 'g'),
    replacement,
  )
  expect(template).toBe('/api/v1/accounts/{accountId=*}/balance')
  // Each is one or the other: a path without an open part is no template.
  const matching = at(rules, 'content', 'match_rules')
  expect([at(matching, 'full_path_match'), at(matching, 'path_template_match')]).toEqual([
    `\${route_rules.value.whole}`,
    `\${route_rules.value.template}`,
  ])
  expect(routes).toMatch(/whole += strcontains\(rule\.path, "\{"\) \? null : rule\.path\n/)
  expect(routes).toMatch(/template = strcontains\(rule\.path, "\{"\) \? replace\(.*\) : null/)
  // A path template may have five variables, and a matcher so many rules (Cloud Load Balancing's quotas).
  expect(wiring.routes.filter(({ path }) => path.split('{').length > 6)).toEqual([])
  expect(wiring.routes.length).toBeLessThan(200)
})

test('streams have the backend that waits as long as the function may take', () => {
  const streams = wiring.routes.filter(({ path }) => path.endsWith('/stream'))
  expect(streams.map(rule => rule.function)).toEqual(['status'])
  const seconds = (platform.locals.get('backends') as Body)['stream'] as Body
  expect(seconds['seconds']).toBe(`\${local.function_seconds["status"] + local.margin_seconds}`)
  expect(platform.locals.get('margin_seconds')).toBeGreaterThan(0)
  const longest = Math.max(...manifests.map(({ timeoutSeconds }) => timeoutSeconds))
  expect(manifests.find(({ name }) => name === 'status')?.timeoutSeconds).toBe(longest)
})

test('every variable that differs from project to project gets the value of this one', () => {
  const values = Object.keys(platform.locals.get('project_values') as Body)
  const given = manifests.flatMap(({ env }) => Object.entries(env))
  const ofAnExample = given.filter(([, value]) => /example\.com|gserviceaccount\.com/.test(value))
  const needed = new Set([...ofAnExample.map(([name]) => name), 'PUBSUB_PROJECT_ID', 'CALLER_AUDIENCE'])
  expect(values.sort()).toEqual([...needed].sort())
  expect(values.filter(name => !given.some(([variable]) => variable === name))).toEqual([])
})

test('each function, and the migration, has a Google account that its Kubernetes account of the same name is', () => {
  const account = resource(cloud, 'google_service_account.function')
  expect([account['for_each'], account['account_id']]).toEqual([`\${local.functions}`, `settle-\${each.key}`])
  const member = resource(cloud, 'google_service_account_iam_member.function_pods')['member']
  expect(member).toMatch(/\[settle\/\$\{each\.key\}\]$/)
  expect(resource(cloud, 'google_service_account.migrate')['account_id']).toBe('settle-migrate')
  expect(resource(cloud, 'google_service_account_iam_member.migrate_pods')['member']).toMatch(
    /\[settle\/migrate\]$/,
  )
  // At most 30 characters, or the account could not be made.
  expect(names.filter(name => `settle-${name}`.length > 30)).toEqual([])
})

test('names accounts and the image as everybody else does', () => {
  const accounts = ['push', 'build', 'node', 'migrate'].map(
    name => resource(cloud, `google_service_account.${name}`)['account_id'],
  )
  expect(accounts).toEqual(['settle-push', 'settle-build', 'settle-node', 'settle-migrate'])
  const labels = at(resource(platform, 'kubernetes_namespace_v1.settle'), 'metadata', 'name')
  expect(labels).toBe('settle')
  expect(resource(cloud, 'google_artifact_registry_repository.settle')['repository_id']).toBe('settle')
  expect(String(cloud.outputs.get('image')?.['value'])).toMatch(/-docker\.pkg\.dev\/.*\/settle$/)
})

test('asks for the Operator by the version that its chart has, and for Serving by its own', () => {
  // The chart's begins with a v. Helm finds it without, and the provider then refuses what it got.
  expect(resource(platform, 'helm_release.knative_operator')['version']).toBe(`v\${var.knative_version}`)
  const serving = at(resource(platform, 'kubernetes_manifest.knative_serving'), 'manifest', 'spec', 'version')
  expect(serving).toBe(`\${var.knative_version}`)
})

test('the estimate of costs has the policies and rules of Cloud Armor that there are', async () => {
  const provisioned = String((await readModule('scaling')).variables.get('provisioned')?.['type'])
  const assumed = (name: string) =>
    Number(new RegExp(`${name}\\s*= optional\\(number, (\\d+)\\)`).exec(provisioned)?.[1])
  const policies = [...platform.resources].filter(([address]) =>
    address.startsWith('google_compute_security_policy.'),
  )
  const sets = platform.locals.get('waf_rule_sets') as readonly string[]
  const rules = policies.map(
    ([, body]) => blocks(body['rule']).length + blocks(at(body, 'dynamic', 'rule')).length * sets.length,
  )
  expect(assumed('armor_policies')).toBe(policies.length)
  expect(assumed('armor_rules')).toBe(rules.reduce((sum, count) => sum + count, 0))
})

test('the cluster is as the checks of manifests and the simulation take it to be', () => {
  const spec = at(resource(platform, 'kubernetes_manifest.knative_serving'), 'manifest', 'spec', 'config')
  const timeout = parse(
    readFileSync(new URL('../../terraform/scaling/fields.yaml', import.meta.url), 'utf8'),
  ).timeout
  expect({
    longest: Number(at(spec, 'defaults', 'max-revision-timeout-seconds')),
    grace: at(spec, 'autoscaler', 'scale-to-zero-grace-period'),
  }).toEqual({ longest: timeout.most, grace: `${CLUSTER_SETTINGS.graceSeconds}s` })
  const knative = at(resource(platform, 'kubernetes_namespace_v1.knative_serving'), 'metadata', 'name')
  expect(NAMESPACES).toContain(knative)
})
