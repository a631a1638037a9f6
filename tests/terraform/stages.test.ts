import { expect, test } from '@jest/globals'
import { attributesOf } from './hcl/attributes-of.ts'
import { findReferences } from './hcl/find-references.ts'
import { type Json, moduleNames, parseModule, readModule, type TerraformModule } from './hcl/read-module.ts'

const cloud = await readModule('cloud')
const platform = await readModule('platform')

/** What a stage takes from the outputs of the one before, as `local.cloud.…`. */
function taken(module: TerraformModule): Set<string> {
  const everywhere: Json[] = [
    ...module.resources.values(),
    ...module.outputs.values(),
    ...module.locals.values(),
    ...module.modules.values(),
    ...module.rest,
  ]
  const references = everywhere.flatMap(findReferences)
  return new Set(
    references.filter(([root, name]) => root === 'local' && name === 'cloud').map(parts => parts[2] ?? ''),
  )
}

/** What is taken and not given, and what is given and not taken. */
function mismatch(giver: TerraformModule, taker: TerraformModule) {
  const names = taken(taker)
  return {
    missing: [...names].filter(name => !giver.outputs.has(name)),
    idle: [...giver.outputs.keys()].filter(name => !names.has(name)),
  }
}

test('the platform stage takes what the cloud stage gives, all of it and no more', () => {
  // The image's name is for Cloud Build, which adds the digest.
  expect(mismatch(cloud, platform)).toEqual({ missing: [], idle: ['image'] })
})

test('a stage that takes what is not given is seen', async () => {
  const taker = await parseModule('taker', { 'main.tf': 'locals {\n  zone = local.cloud.zone\n}\n' })
  expect(mismatch(cloud, taker).missing).toEqual(['zone'])
})

test('both stages want the same providers, and a Terraform that can keep secrets out of its state', () => {
  const settings = [cloud, platform].map(({ rest }) => JSON.stringify(rest))
  for (const text of settings) {
    expect(text).toContain('"required_version":">= 1.11"')
    expect(text).toMatch(/"hashicorp\/google","version":"~> 7\.45"/)
    expect(text).toContain('"gcs"')
  }
})

test('both stages keep their state in one bucket, each in its own place', () => {
  const prefixes = [cloud, platform].map(({ rest }) => /"prefix":"([\w/]+)"/.exec(JSON.stringify(rest))?.[1])
  expect(prefixes).toEqual(['settle/cloud', 'settle/platform'])
  const read = JSON.stringify(platform.resources.get('data.terraform_remote_state.cloud'))
  expect(read).toContain('"prefix":"settle/cloud"')
  expect(
    JSON.stringify(cloud.resources.get('google_storage_bucket_iam_member.build_writes_state')),
  ).toContain('/objects/settle/platform/')
})

/** What a module is given that it does not have, is not given that it needs, and is asked for that it does not say. */
function callFaults(caller: TerraformModule, name: string, called: TerraformModule): string[] {
  const { source: _, ...call } = caller.modules.get(name) ?? {}
  const given = Object.keys(call)
  const required = [...called.variables]
    .filter(([, body]) => !('default' in body))
    .map(([variable]) => variable)
  const everywhere = [...caller.resources.values(), ...caller.outputs.values(), ...caller.locals.values()]
  const asked = everywhere
    .flatMap(findReferences)
    .filter(([root, module]) => root === 'module' && module === name)
  return [
    ...given
      .filter(argument => !called.variables.has(argument))
      .map(argument => `has no variable ${argument}`),
    ...Object.entries(call).flatMap(([argument, value]) => {
      const attributes = attributesOf(called.variables.get(argument))
      const named = typeof value === 'object' && value !== null ? Object.keys(value) : []
      return named
        .filter(key => attributes?.includes(key) === false)
        .map(key => `drops ${argument}.${key}, which its type does not name`)
    }),
    ...required.filter(variable => !given.includes(variable)).map(variable => `needs ${variable}`),
    ...asked
      .map(parts => parts[2] ?? '')
      .filter(output => !called.outputs.has(output))
      .map(output => `has no output ${output}`),
  ]
}

test('a module of this repository is given what it has variables for, and asked for what it says', async () => {
  expect(platform.modules.get('scaling')?.['source']).toBe('../scaling')
  const called = [...platform.modules.keys()].filter(name => moduleNames().includes(name))
  for (const name of called) expect(callFaults(platform, name, await readModule(name))).toEqual([])
  // With a type of objects Terraform would drop fields on the way, and the module could not refuse a misspelled one.
  expect(platform.variables.get('scaling')?.['type']).toBe(`\${any}`)
})

test('a module that is called wrongly is seen', async () => {
  const called = await parseModule('called', {
    'main.tf':
      'variable "min" {}\nvariable "pool" {\n  type = object({ nodes = optional(number, 3) })\n  default = {}\n}\noutput "manifests" {\n  value = var.min\n}\n',
  })
  const source =
    'module "called" {\n  source = "../called"\n  max = 1\n  pool = { node = 1, nodes = 2 }\n}\nlocals {\n  a = module.called.manifest\n}\n'
  expect(callFaults(await parseModule('caller', { 'main.tf': source }), 'called', called)).toEqual([
    'has no variable max',
    'drops pool.node, which its type does not name',
    'needs min',
    'has no output manifest',
  ])
})
