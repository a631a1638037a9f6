import { expect, test } from '@jest/globals'
import { findReferences } from './hcl/find-references.ts'
import { moduleFaults } from './hcl/module-faults.ts'
import { moduleNames, parseModule, readModule } from './hcl/read-module.ts'

test('there are the two stages to look at', () => {
  expect(moduleNames()).toEqual(expect.arrayContaining(['cloud', 'platform']))
})

test.each(['cloud', 'platform'])(
  'terraform/%s: what there is says what it is, is used, and refers to what is there',
  async name => {
    const module = await readModule(name)
    expect(module.resources.size).toBeGreaterThan(15)
    expect(module.variables.size).toBeGreaterThan(5)
    expect(moduleFaults(module)).toEqual([])
  },
)

const VARIABLE = `variable "region" {
  description = "Region of everything."
  type        = string
  validation {
    condition     = length(var.region) > 0
    error_message = "A region."
  }
}
`
const OUTPUT = `output "region" {
  description = "Region of everything."
  value       = var.region
}
`

test('finds nothing wrong with a small module that has nothing wrong', async () => {
  expect(moduleFaults(await parseModule('small', { 'a.tf': VARIABLE, 'b.tf': OUTPUT }))).toEqual([])
})

test.each([
  [
    'a variable without a description',
    VARIABLE.replace(/ {2}description.*\n/, '') + OUTPUT,
    'var.region has no description',
  ],
  [
    'an output without a description',
    VARIABLE + OUTPUT.replace(/ {2}description.*\n/, ''),
    'output.region has no description',
  ],
  ['a variable without a type', VARIABLE.replace(/ {2}type.*\n/, '') + OUTPUT, 'var.region has no type'],
  ['a variable of any type', VARIABLE.replace('string', 'any') + OUTPUT, 'var.region is of any type'],
  [
    'a variable of any type within',
    VARIABLE.replace('string', 'map(any)') + OUTPUT,
    'var.region is of any type',
  ],
  [
    'a variable without a validation',
    VARIABLE.replace(/ {2}validation[\s\S]*\}\n\}/, '}') + OUTPUT,
    'var.region takes anything: it has no validation',
  ],
  ['a variable that only its own validation uses', VARIABLE, 'var.region is used nowhere'],
  ['a local that nobody uses', `${VARIABLE + OUTPUT}locals {\n  old = 1\n}\n`, 'local.old is used nowhere'],
  [
    'a misspelled variable',
    VARIABLE + OUTPUT.replace('var.region', 'var.regoin'),
    'output.region refers to var.regoin, which is not there',
  ],
  [
    'a local that is not there',
    VARIABLE + OUTPUT.replace('var.region', `"\${var.region}-\${local.zone}"`),
    'output.region refers to local.zone, which is not there',
  ],
  [
    'a resource that is not there',
    VARIABLE + OUTPUT.replace('var.region', 'concat([var.region], google_sql_user.settle[*].name)'),
    'output.region refers to google_sql_user.settle, which is not there',
  ],
  [
    'a module that is not there',
    VARIABLE + OUTPUT.replace('var.region', 'module.scaling[var.region]'),
    'output.region refers to module.scaling, which is not there',
  ],
  [
    'a data source that is not there',
    VARIABLE + OUTPUT.replace('var.region', '[var.region, data.google_project.project]'),
    'output.region refers to data.google_project.project, which is not there',
  ],
])('sees %s', async (_what, source, fault) => {
  expect(moduleFaults(await parseModule('broken', { 'main.tf': source }))).toContain(fault)
})

test('what a module looks at may be of any type', async () => {
  const module = 'module "inner" {\n  source = "./inner"\n  region = var.region\n}\n'
  const source = VARIABLE.replace('string', 'any') + OUTPUT + module
  expect(moduleFaults(await parseModule('outer', { 'main.tf': source }))).toEqual([])
})

test('refuses two blocks of one name, in different files too', async () => {
  await expect(parseModule('broken', { 'a.tf': VARIABLE, 'b.tf': VARIABLE })).rejects.toThrow(
    'region is there twice',
  )
})

// Terraform itself checks its references, and its tests its values, where Terraform is there.
test('terraform/scaling: what there is says what it is, and is used', async () => {
  const faults = moduleFaults(await readModule('scaling'))
  // It is this module that looks at what may be anything.
  const known = 'var.scaling is of any type'
  expect(faults.filter(fault => fault !== known && !fault.endsWith('has no validation'))).toEqual([])
})

test('refuses what is not HCL', async () => {
  await expect(parseModule('broken', { 'main.tf': 'resource "google_sql_user" {' })).rejects.toThrow(
    'main.tf',
  )
})

test.each([
  [
    'a text in an expression',
    `\${join(", ", [for name in var.a : "\\"\${name}\\" \${var.b}"])}`,
    ['var.a', 'var.b'],
  ],
  [
    'the keys of an object',
    `\${merge(var.a, { name = local.b, (local.c) = 1 })}`,
    ['var.a', 'local.b', 'local.c'],
  ],
  [
    'an index',
    `\${google_pubsub_topic.topic[each.value.topic].id}`,
    ['google_pubsub_topic.topic', 'each.value.topic'],
  ],
  ['a named index', `\${local.secrets["settle-mysql-url"].id}`, ['local.secrets.settle-mysql-url.id']],
  ['a comment', `\${{\n # not var.c\n a = var.a\n}}`, ['var.a']],
  ['a text that is none', `$\${var.a} and var.b`, []],
  [
    'what is bound by it',
    `\${[for key, value in local.a : "\${key}\${value.b}" if value.c == var.d]}`,
    ['local.a', 'var.d'],
  ],
])('finds what is referred to: %s', (_what, text, expected) => {
  expect(findReferences(text).map(parts => parts.join('.'))).toEqual(expected)
})
