import { parse } from 'yaml'
import { readManifests } from '../../../knative/local/serving/manifest.ts'
import { readWiring } from '../../../knative/local/wiring.ts'
import { attributesOf } from '../../terraform/hcl/attributes-of.ts'
import { readModule, type TerraformModule } from '../../terraform/hcl/read-module.ts'
import { findNpmFaults } from './find-npm-faults.ts'
import { FILES, isThere, read } from './repository.ts'

const STAGES: readonly TerraformModule[] = [
  await readModule('cloud'),
  await readModule('platform'),
  await readModule('scaling'),
]
const [cloud, platform, scaling] = STAGES as [TerraformModule, TerraformModule, TerraformModule]

const functions = readManifests().map(({ name }) => name)
const wiring = readWiring()
const build = parse(read('cloudbuild.yaml')) as {
  substitutions: Readonly<Record<string, string>>
}
const fields = Object.keys(parse(read('terraform/scaling/fields.yaml')))
const sources = FILES.filter(file => /^(?:functions|lib)\/.*\.ts$/.test(file)).map(read)

/** What the resources of one type say in an argument. */
function named(type: string, argument: string): string[] {
  const found = [...cloud.resources].filter(([address]) => address.startsWith(`${type}.`))
  return found.map(([, body]) => String(body[argument]))
}

const accounts = [
  ...['push', 'build', 'node', 'migrate'].map(name => `settle-${name}`),
  ...functions.map(name => `settle-${name}`),
]
const secrets = [
  ...named('google_secret_manager_secret', 'secret_id'),
  ...(String(cloud.locals.get('secrets')).match(/settle-[\w-]+/g) ?? []),
]
const variables = (module: TerraformModule) => [...module.variables.keys()]

/** A name that a document has, by what stands around it, and the names that there are. */
const NAMES: readonly (readonly [what: string, pattern: RegExp, known: readonly string[]])[] = [
  ['namespace', /(?:--namespace|namespace_name=)[ "]*([\w-]+)/g, ['settle']],
  ['function', /serving\.knative\.dev\/service=([\w-]+)/g, functions],
  ['function', /jsonPayload\.function="([\w-]+)"/g, functions],
  ['function', /gcloud run services [\w-]+ ([a-z-]+)\b/g, functions],
  ['subscription', /gcloud pubsub subscriptions \S+ ([\w-]+)/g, wiring.subscriptions.map(({ name }) => name)],
  ['schedule', /gcloud scheduler jobs \S+ ([\w-]+)/g, wiring.schedules.map(({ name }) => name)],
  ['secret', /gcloud secrets versions (?:add |.*--secret=)([\w-]+)/g, secrets],
  ['cluster', /get-credentials ([\w-]+)/g, named('google_container_cluster', 'name')],
  ['database', /gcloud sql .*--instance=([\w-]+)/g, named('google_sql_database_instance', 'name')],
  ['cache', /gcloud redis instances \S+ ([\w-]+)/g, named('google_redis_instance', 'name')],
  ['account', /(settle-[\w-]+)@\$PROJECT/g, accounts],
  ['substitution of cloudbuild.yaml', /(?:[",]|^ {2})(_[A-Z_]+) *=/gm, Object.keys(build.substitutions)],
  ['variable of terraform/platform', /(?<=-chdir=terraform\/platform .*)-var="(\w+)=/g, variables(platform)],
  ['variable of terraform/cloud', /(?<=-chdir=terraform\/cloud .*)-var="(\w+)=/g, variables(cloud)],
  ['variable of terraform/scaling', /(?<=terraform plan.*) -var '?(\w+)=/g, variables(scaling)],
  ['variable of terraform/cloud', /`(\w+)`,? in `terraform\/cloud`/g, variables(cloud)],
  ['variable or field', /raise `(\w+)`/g, [...variables(cloud), ...variables(platform), ...fields]],
  [
    'output of terraform/platform',
    /-chdir=terraform\/platform output (?:-raw )?(\w+)/g,
    [...platform.outputs.keys()],
  ],
  ['output of terraform/cloud', /-chdir=terraform\/cloud output (?:-raw )?(\w+)/g, [...cloud.outputs.keys()]],
  [
    'resource of terraform/platform',
    /-chdir=terraform\/platform .*-target=([\w.]+)/g,
    [...platform.resources.keys()],
  ],
]

/** What a document tells people to type or to look for, and that is not there: a sentence each. */
export function findCommandFaults(text: string): string[] {
  const folders = found(text, /(?:-chdir=|kubectl kustomize |cd )((?:terraform|knative)[\w/-]*)/g)
  return [
    ...folders.filter(folder => !isThere(folder)).map(folder => `there is no folder ${folder}`),
    ...NAMES.flatMap(([what, pattern, known]) =>
      found(text, pattern)
        .filter(name => !known.includes(name))
        .map(name => `there is no ${what} ${name}`),
    ),
    ...findNpmFaults(text),
    ...attributeFaults(text),
    ...messageFaults(text),
    ...scalingFaults(text),
  ]
}

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name)

/** Objects that are given to terraform/scaling at a prompt, which would drop what their type does not name. */
function attributeFaults(text: string): string[] {
  return [...text.matchAll(/-var '(\w+)=\{([^{}]*)\}'/g)].flatMap(([, name = '', values = '']) => {
    const attributes = attributesOf(scaling.variables.get(name))
    return found(values, /(\w+) *=/g)
      .filter(key => attributes?.includes(key) === false)
      .map(key => `${name} of terraform/scaling has no ${key}`)
  })
}

/** Lines of the log that people look for are lines that the code writes. */
function messageFaults(text: string): string[] {
  const messages = found(text, /jsonPayload\.message=(\("[^)]*\)|"[^"]*")/g).flatMap(one =>
    found(one, /"([^"]*)"/g),
  )
  return messages
    .filter(message => !sources.some(source => source.includes(`'${message}'`)))
    .map(message => `nobody logs "${message}"`)
}

/** Examples of `scaling` name functions and fields that there are; Terraform would refuse them otherwise. */
function scalingFaults(text: string): string[] {
  const rows = found(text, /```hcl\nscaling = \{\n([\s\S]*?)\n\}/g).flatMap(example => [
    ...example.matchAll(/^ *([\w-]+) *= \{(.*)\}/gm),
  ])
  return rows.flatMap(([, name = '', values = '']) => [
    ...(functions.includes(name) ? [] : [`scaling: there is no function ${name}`]),
    ...found(values, /(\w+) =/g)
      .filter(field => !fields.includes(field))
      .map(field => `scaling.${name}: there is no field ${field}`),
  ])
}

/** Names of a stage's values that a document gives and the stage has not, and those it needs and does not get. */
export function findValueFaults(
  text: string,
  stage: 'cloud' | 'platform',
  givenBesides: readonly string[] = [],
): string[] {
  const module = stage === 'cloud' ? cloud : platform
  const [, ...after] = text.split(`terraform/${stage}/production.tfvars\``)
  const [, block = ''] = /^```hcl\n(.*?)```/ms.exec(after.join('')) ?? []
  const given = found(block, /^(\w+) *=/gm)
  const needed = [...module.variables].filter(([, body]) => !('default' in body)).map(([name]) => name)
  return [
    ...given
      .filter(name => !module.variables.has(name))
      .map(name => `terraform/${stage} has no variable ${name}`),
    ...needed
      .filter(name => !given.includes(name) && !givenBesides.includes(name))
      .map(name => `terraform/${stage} needs ${name}, which is not given`),
  ]
}
