import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import {
  type Body,
  blocks,
  type Json,
  parseModule,
  readModule,
  type TerraformModule,
} from './hcl/read-module.ts'

const cloud = await readModule('cloud')
const platform = await readModule('platform')

const SERVICES = new URL('../../knative/services/', import.meta.url)

type SecretKey = { readonly name: string; readonly key: string }

/** What the manifests read from secrets: the name in the namespace, and the key in it. */
function keysInManifests(texts: readonly string[]): SecretKey[] {
  const found: SecretKey[] = []
  for (const text of texts) {
    for (const document of parseAllDocuments(text)) {
      JSON.stringify(document.toJSON(), (_key, value) => {
        if (value?.secretKeyRef !== undefined) found.push(value.secretKeyRef)
        return value
      })
    }
  }
  return found
}

const manifests = readdirSync(SERVICES)
  .filter(file => file.endsWith('.yaml'))
  .map(file => readFileSync(new URL(file, SERVICES), 'utf8'))

/** The names in `toset([…])`. */
const setOf = (value: Json | undefined): string[] =>
  (String(value).match(/"[\w-]+"/g) ?? []).map(name => name.slice(1, -1)).sort()

const inSecretManager = setOf(cloud.locals.get('secrets'))

/** The Secrets of the namespace, each key with the secret of Secret Manager that it is a copy of. */
const inNamespace = [...platform.resources]
  .filter(([address]) => address.startsWith('kubernetes_secret_v1.'))
  .flatMap(([, body]) =>
    Object.entries(body['data_wo'] as Body).map(([key, source]) => ({
      name: blocks(body['metadata'])[0]?.['name'],
      key,
      source: /secret\["([\w-]+)"\]/.exec(String(source))?.[1],
    })),
  )

test('every secret that a manifest names is in the namespace, from the secret of that name', () => {
  const needed = keysInManifests(manifests)
  expect(needed.length).toBeGreaterThan(5)
  const there = inNamespace.map(({ name, key }) => `${name} ${key}`)
  expect(needed.filter(({ name, key }) => !there.includes(`${name} ${key}`))).toEqual([])
  expect(inNamespace.filter(({ name, key, source }) => source !== `${name}-${key}`)).toEqual([])
})

test('Secret Manager has those secrets, a version of each, and the platform stage reads them all', () => {
  expect(inNamespace.map(({ source }) => source).sort()).toEqual(inSecretManager)
  expect(
    setOf(platform.resources.get('ephemeral.google_secret_manager_secret_version.secret')?.['for_each']),
  ).toEqual(inSecretManager)
  const versions = Object.entries(cloud.outputs.get('secret_versions')?.['value'] as Body)
  expect(versions.map(([name]) => name).sort()).toEqual(inSecretManager)
  for (const [name, version] of versions) {
    const [, address = ''] = /\$\{(.*)\.version\}/.exec(String(version)) ?? []
    expect(cloud.resources.get(address)?.['secret']).toBe(
      `\${google_secret_manager_secret.secret["${name}"].id}`,
    )
  }
})

test('passwords reach no state: what carries one is written only', () => {
  for (const address of ['mysql_url', 'redis_url']) {
    const body = cloud.resources.get(`google_secret_manager_secret_version.${address}`)
    expect(Object.keys(body ?? {})).toEqual(
      expect.arrayContaining(['secret_data_wo', 'secret_data_wo_version']),
    )
    expect(body).not.toHaveProperty('secret_data')
  }
  const user = cloud.resources.get('google_sql_user.settle')
  expect(user).not.toHaveProperty('password')
  // The user and the address change together, or functions could not log in.
  expect(user?.['password_wo_version']).toBe(
    cloud.resources.get('google_secret_manager_secret_version.mysql_url')?.['secret_data_wo_version'],
  )
  const copies = [...platform.resources].filter(([address]) => address.startsWith('kubernetes_secret_v1.'))
  expect(copies.filter(([, body]) => 'data' in body)).toEqual([])
})

/** Arguments and variables that hold a secret as it is, instead of taking it from where it is made or kept. */
function plainSecrets({ resources, variables }: TerraformModule): string[] {
  const isSecret = (name: string) =>
    /password|secret_data|private_key|token$/.test(name) && !/_version$/.test(name)
  const found: string[] = []
  for (const [address, body] of resources) {
    JSON.stringify(body, (key, value) => {
      const isPlain = typeof value === 'string' && !/\$\{(?!(local|var)\.)/.test(value)
      if (isSecret(key) && isPlain && !address.startsWith('ephemeral.'))
        found.push(`${address}: ${key} is written down`)
      return value
    })
  }
  const kept = [...variables].filter(([name, body]) => isSecret(name) && 'default' in body)
  return [...found, ...kept.map(([name]) => `var.${name}: its default is written down`)]
}

test('no secret stands in the code', async () => {
  expect([cloud, platform].flatMap(plainSecrets)).toEqual([])
  const careless = `
    resource "google_sql_user" "settle" {
      password_wo         = "hunter2"
      password_wo_version = 1
    }
    resource "google_secret_manager_secret_version" "url" {
      secret_data_wo = "mysql://settle:hunter2@\${local.host}/settle"
    }
    variable "api_token" {
      default = "8f3a99"
    }`
  expect(plainSecrets(await parseModule('careless', { 'main.tf': careless }))).toEqual([
    'google_secret_manager_secret_version.url: secret_data_wo is written down',
    'google_sql_user.settle: password_wo is written down',
    'var.api_token: its default is written down',
  ])
})

test('a manifest that names another secret is seen', () => {
  const [text = ''] = manifests
  const broken = keysInManifests([
    text.replace('name: settle-mysql, key: url', 'name: settle-mysql, key: uri'),
  ])
  const there = inNamespace.map(({ name, key }) => `${name} ${key}`)
  expect(broken.filter(({ name, key }) => !there.includes(`${name} ${key}`))).toEqual([
    expect.objectContaining({ name: 'settle-mysql', key: 'uri' }),
  ])
})

test('functions trust every authority that the database has, so also the next one', () => {
  const version = cloud.resources.get('google_secret_manager_secret_version.mysql_ca')
  // `server_ca_cert` of the instance is the one in use, alone.
  expect(String(version?.['secret_data'])).toContain('data.google_sql_ca_certs.settle.certs[*]')
})
