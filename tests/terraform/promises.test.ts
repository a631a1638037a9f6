import { expect, test } from '@jest/globals'
import { type Json, readModule, type TerraformModule } from './hcl/read-module.ts'
import { valueAt } from './hcl/value-at.ts'

/*
 * What is promised of the cloud in documents and comments, by the one argument that keeps it. Without Terraform's registry nobody
 * else would notice that one of them is changed or lost. What has to do with names, grants and secrets is in the tests beside this.
 */
const MODULES: Readonly<Record<string, TerraformModule>> = {
  cloud: await readModule('cloud'),
  platform: await readModule('platform'),
}

type Promised = readonly [stage: 'cloud' | 'platform', what: string, way: string, value: Json]

const SQL = 'google_sql_database_instance.settle'
const REDIS = 'google_redis_instance.settle'
const PUSH = 'google_pubsub_subscription.push'
const RESULTS = 'google_pubsub_subscription.results'
const SCHEDULE = 'google_cloud_scheduler_job.schedule'
const CLUSTER = 'google_container_cluster.settle'
const ALERT = 'google_monitoring_alert_policy.alert dynamic conditions content condition_threshold'
const SILENT = 'google_monitoring_alert_policy.sweeper_silent conditions condition_absent'
const KNATIVE = 'kubernetes_manifest.knative_serving manifest spec'

const PROMISES: readonly Promised[] = [
  ['cloud', 'the database is MySQL 8.4', `${SQL} database_version`, 'MYSQL_8_4'],
  ['cloud', 'the database is in two zones', `${SQL} settings availability_type`, 'REGIONAL'],
  ['cloud', 'the database is backed up', `${SQL} settings backup_configuration enabled`, true],
  ['cloud', 'any moment can be had back', `${SQL} settings backup_configuration binary_log_enabled`, true],
  ['cloud', 'the database has no public address', `${SQL} settings ip_configuration ipv4_enabled`, false],
  ['cloud', 'the database takes TLS only', `${SQL} settings ip_configuration ssl_mode`, 'ENCRYPTED_ONLY'],
  ['cloud', 'the database cannot be deleted', `${SQL} deletion_protection`, true],
  [
    'cloud',
    'the password is made anew, and written nowhere',
    'google_sql_user.settle password_wo',
    `\${ephemeral.random_password.mysql.result}`,
  ],
  [
    'cloud',
    'functions reach the database over TLS, with that password',
    'google_secret_manager_secret_version.mysql_url secret_data_wo',
    `mysql://\${google_sql_user.settle.name}:\${ephemeral.random_password.mysql.result}@\${google_sql_database_instance.settle.private_ip_address}:3306/\${google_sql_database.settle.name}?ssl=true`,
  ],
  [
    'cloud',
    'functions reach the cache over TLS, with its password',
    'google_secret_manager_secret_version.redis_url secret_data_wo',
    `rediss://:\${google_redis_instance.settle.auth_string}@\${google_redis_instance.settle.host}:\${google_redis_instance.settle.port}`,
  ],
  ['cloud', 'a COMMIT is on disk', 'local.mysql_flags innodb_flush_log_at_trx_commit', '1'],
  ['cloud', 'a COMMIT is in the binary log', 'local.mysql_flags sync_binlog', '1'],
  ['cloud', 'a read locks no gaps', 'local.mysql_flags transaction_isolation', 'READ-COMMITTED'],
  [
    'cloud',
    'connections are as budgeted',
    'local.mysql_flags max_connections',
    `\${tostring(var.max_connections)}`,
  ],
  ['cloud', 'the cache is in two zones', `${REDIS} tier`, 'STANDARD_HA'],
  ['cloud', 'the cache asks for a password', `${REDIS} auth_enabled`, true],
  ['cloud', 'the cache takes TLS only', `${REDIS} transit_encryption_mode`, 'SERVER_AUTHENTICATION'],
  ['cloud', 'the cluster is in three zones', `${CLUSTER} location`, `\${var.region}`],
  ['cloud', 'the cluster enforces NetworkPolicies', `${CLUSTER} datapath_provider`, 'ADVANCED_DATAPATH'],
  ['cloud', 'nodes have no public address', `${CLUSTER} private_cluster_config enable_private_nodes`, true],
  [
    'cloud',
    'a pod has not the identity of its node',
    'google_container_node_pool.functions node_config workload_metadata_config mode',
    'GKE_METADATA',
  ],
  [
    'cloud',
    'the load balancer reaches nodes, and nobody else',
    'google_compute_firewall.load_balancer source_ranges',
    ['35.191.0.0/16', '130.211.0.0/22'],
  ],
  [
    'cloud',
    'topics are those of the wiring',
    'google_pubsub_topic.topic for_each',
    `\${toset(local.wiring.topics)}`,
  ],
  [
    'cloud',
    'a subscription is of its topic',
    `${PUSH} topic`,
    `\${google_pubsub_topic.topic[each.value.topic].id}`,
  ],
  [
    'cloud',
    'dead letters go to their topic',
    `${PUSH} dynamic dead_letter_policy content dead_letter_topic`,
    `\${google_pubsub_topic.topic[dead_letter_policy.value.topic].id}`,
  ],
  [
    'cloud',
    'a push goes where its rule says',
    `${PUSH} push_config push_endpoint`,
    `\${local.push_endpoints[each.key]}`,
  ],
  [
    'cloud',
    'a push has the account that functions trust',
    `${PUSH} push_config oidc_token service_account_email`,
    `\${google_service_account.push.email}`,
  ],
  [
    'cloud',
    "what Pub/Sub is granted is its own account's",
    'google_project_service_identity.pubsub service',
    'pubsub.googleapis.com',
  ],
  ['cloud', 'results come in order', `${RESULTS} enable_message_ordering`, true],
  ['cloud', 'a subscription to results never expires', `${RESULTS} expiration_policy ttl`, ''],
  ['cloud', 'a schedule is each minute', `${SCHEDULE} schedule`, '* * * * *'],
  ['cloud', 'a schedule is a POST', `${SCHEDULE} http_target http_method`, 'POST'],
  [
    'cloud',
    'a schedule calls where its rule says',
    `${SCHEDULE} http_target uri`,
    `\${local.push_endpoints[each.key]}`,
  ],
  [
    'cloud',
    'a schedule has the account that functions trust',
    `${SCHEDULE} http_target oidc_token service_account_email`,
    `\${google_service_account.push.email}`,
  ],
  ['cloud', 'an alert fires above its threshold', `${ALERT} comparison`, 'COMPARISON_GT'],
  [
    'cloud',
    'an alert has the threshold of the table',
    `${ALERT} threshold_value`,
    `\${conditions.value.above}`,
  ],
  [
    'cloud',
    'an alert has the duration of the table',
    `${ALERT} duration`,
    `\${conditions.value.for_seconds}s`,
  ],
  ['cloud', 'silence is told after 10 min', `${SILENT} duration`, '600s'],
  [
    'platform',
    'callers are counted by address',
    'google_compute_security_policy.api rule 0 action',
    'throttle',
  ],
  [
    'platform',
    "Google's rule sets are asked",
    'google_compute_security_policy.api dynamic rule for_each',
    `\${local.waf_rule_sets}`,
  ],
  [
    'platform',
    'no other path is pushed to',
    'google_compute_security_policy.push rule 1 action',
    'deny(404)',
  ],
  [
    'platform',
    'no other host is answered',
    'google_compute_security_policy.nowhere rule action',
    'deny(404)',
  ],
  [
    'platform',
    'pushes have rules of their own',
    'local.backends push policy',
    `\${google_compute_security_policy.push.id}`,
  ],
  [
    'platform',
    'callers have theirs',
    'local.backends api policy',
    `\${google_compute_security_policy.api.id}`,
  ],
  ['platform', 'streams too', 'local.backends stream policy', `\${google_compute_security_policy.api.id}`],
  ['platform', 'TLS is 1.2 or newer', 'google_compute_ssl_policy.settle min_tls_version', 'TLS_1_2'],
  [
    'platform',
    'over http nothing is answered',
    'google_compute_url_map.redirect default_url_redirect https_redirect',
    true,
  ],
  [
    'platform',
    'a caller reaches the function of his path',
    'google_compute_url_map.settle path_matcher 0 dynamic route_rules content route_action url_rewrite host_rewrite',
    `\${local.function_host[route_rules.value.function]}`,
  ],
  [
    'platform',
    'a pod is the Google account of its name',
    'kubernetes_service_account_v1.account metadata annotations iam.gke.io/gcp-service-account',
    `\${each.value}`,
  ],
  [
    'platform',
    'a function is called by its name in Knative',
    `${KNATIVE} config domain`,
    { [`\${(local.knative_domain)}`]: '' },
  ],
  [
    'platform',
    'a function is called in the namespace where it is',
    'local.function_host',
    `\${{ for function in keys(local.services) : function => "\${function}.\${kubernetes_namespace_v1.settle.metadata[0].name}.\${local.knative_domain}" }}`,
  ],
  ['platform', 'functions may go to zero', `${KNATIVE} config autoscaler enable-scale-to-zero`, 'true'],
]

/** Promises that a stage does not keep, a sentence each. */
function broken(stages: typeof MODULES, promises = PROMISES): string[] {
  return promises.flatMap(([stage, what, way, value]) => {
    const found = stages[stage] === undefined ? undefined : valueAt(stages[stage], way)
    if (JSON.stringify(found) === JSON.stringify(value)) return []
    return [
      `terraform/${stage}: ${what}: ${way} must be ${JSON.stringify(value)}, not ${JSON.stringify(found)}`,
    ]
  })
}

test('keeps what is promised', () => {
  expect(broken(MODULES)).toEqual([])
})

/** A stage in which the value at the end of a way is another. */
function spoilt(module: TerraformModule, way: string): TerraformModule {
  const [address = '', ...keys] = way.split(' ')
  const copy = structuredClone(module)
  const last = keys.pop()
  if (last === undefined) {
    return { ...copy, locals: new Map([...copy.locals, [address.replace('local.', ''), 'something else']]) }
  }
  const holder = valueAt(copy, [address, ...keys].join(' '))
  const body = (Array.isArray(holder) ? holder[0] : holder) as Record<string, Json>
  body[last] = 'something else'
  return copy
}

test.each(PROMISES)('in terraform/%s it is seen when it no longer holds that %s', (stage, what, way) => {
  const stages = { ...MODULES, [stage]: spoilt(MODULES[stage] as TerraformModule, way) }
  expect(broken(stages)).toEqual([expect.stringContaining(`terraform/${stage}: ${what}: ${way} must be`)])
})
