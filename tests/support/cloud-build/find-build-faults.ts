import { accessSync, constants, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { BUILD_SCHEMA, type Build, type Step } from './build.ts'
import { findScriptFaults } from './find-script-faults.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SCRIPTS = 'knative/delivery'

/** Those of Cloud Build's own substitutions that are always there, be it a trigger's build or one by hand. */
const BUILT_IN = ['PROJECT_ID', 'BUILD_ID', 'COMMIT_SHA']

const validate = new Ajv({ allErrors: true }).compile<Build>(BUILD_SCHEMA)

/** What is wrong with a parsed cloudbuild.yaml, a sentence each; first its form, and the rest only if that is right. */
export function findBuildFaults(build: unknown): string[] {
  if (!validate(build)) {
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [placeOf(build, instancePath), message, JSON.stringify(params)].join(' '),
    )
  }
  return [
    ...findOrderFaults(build.steps),
    ...findSubstitutionFaults(build),
    ...findSecretFaults(build),
    ...build.steps.flatMap(findCommandFaults),
    ...findScriptFaults(build.steps),
    ...findOrphans(build.steps),
    ...findImageFaults(build),
    ...findFailureFaults(build.steps),
    ...findTimeoutFaults(build),
  ]
}

/** Where an error is; a step is called by its id. */
function placeOf(build: unknown, pointer: string): string {
  const [, index] = /^\/steps\/(\d+)/.exec(pointer) ?? []
  const id = index === undefined ? undefined : (build as Partial<Build>).steps?.[Number(index)]?.id
  return id === undefined ? pointer : pointer.replace(`/steps/${index}`, `step ${id}:`)
}

function findOrderFaults(steps: readonly Step[]): string[] {
  return steps.flatMap(({ id, waitFor }, index) => {
    const before = steps.slice(0, index).map(step => step.id)
    const twice = before.includes(id) ? [`${id}: two steps have this id`] : []
    const unknown = waitFor.filter(name => name !== '-' && !before.includes(name))
    return [...twice, ...unknown.map(name => `${id}: waits for ${name}, which is no step before it`)]
  })
}

function findSubstitutionFaults(build: Build): string[] {
  const { substitutions } = build
  const used = new Set(
    [...JSON.stringify(build).matchAll(/\$(?:\{(\w+)\}|(\w+))/g)].map(
      ([, braced, bare]) => braced ?? bare ?? '',
    ),
  )
  const known = [...Object.keys(substitutions), ...BUILT_IN]
  return [
    ...[...used].filter(name => !known.includes(name)).map(name => `${name}: used, and not declared`),
    ...Object.keys(substitutions)
      .filter(name => !used.has(name))
      .map(name => `${name}: declared, and not used`),
  ]
}

function findSecretFaults({ availableSecrets, steps }: Build): string[] {
  const declared = availableSecrets.secretManager.map(({ env }) => env)
  const used = steps.flatMap(({ secretEnv = [] }) => secretEnv)
  return [
    ...used.filter(name => !declared.includes(name)).map(name => `${name}: secret used, and not declared`),
    ...declared.filter(name => !used.includes(name)).map(name => `${name}: secret declared, and not used`),
  ]
}

function findCommandFaults({ id, entrypoint, args }: Step): string[] {
  const faults = args
    .filter(argument => argument.startsWith(`${SCRIPTS}/`))
    .filter(script => !isExecutable(script))
    .map(script => `${id}: ${script} is not there, or not executable`)
  const [first = '', second = ''] = args
  if (entrypoint === 'sh' && !first.startsWith(`${SCRIPTS}/`))
    faults.push(`${id}: runs no script of ${SCRIPTS}`)
  if (entrypoint === 'npm' && first === 'run' && !(second in npmScripts()))
    faults.push(`${id}: package.json has no script ${second}`)
  return faults
}

function isExecutable(script: string): boolean {
  try {
    accessSync(`${ROOT}${script}`, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function npmScripts(): object {
  return JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).scripts
}

/** Scripts that no step and no other script runs: the ways of a person and of a build would part. */
function findOrphans(steps: readonly Step[]): string[] {
  const scripts = readdirSync(`${ROOT}${SCRIPTS}`).filter(name => name.endsWith('.sh'))
  const run = [
    ...steps.flatMap(({ args }) => args),
    ...scripts.map(name => readFileSync(`${ROOT}${SCRIPTS}/${name}`, 'utf8')),
  ]
  const isRun = (name: string) =>
    run.some(
      text =>
        text === `${SCRIPTS}/${name}` || text.includes(`"$here/${name}"`) || text.includes(`)/${name}"`),
    )
  return scripts.filter(name => !isRun(name)).map(name => `${SCRIPTS}/${name}: nothing runs it`)
}

function findImageFaults({ images, steps }: Build): string[] {
  const built = steps.filter(({ args }) => args[0] === `${SCRIPTS}/build-image.sh`).map(({ args }) => args[1])
  return images.filter(image => !built.includes(image)).map(image => `${image}: listed, and not built`)
}

/** What may fail stands between the first change of what runs and the verdict, and the verdict sees it. */
function findFailureFaults(steps: readonly Step[]): string[] {
  const last = steps.at(-1)
  const allowed = steps.filter(({ allowFailure }) => allowFailure)
  const first = steps.findIndex(({ allowFailure }) => allowFailure)
  const after = steps.slice(first, -1)
  return [
    ...(last?.allowFailure ? [`${last.id}: is the last step, and may not be allowed to fail`] : []),
    ...after
      .filter(({ allowFailure }) => first >= 0 && !allowFailure)
      .map(({ id }) => `${id}: would end the build after ${allowed[0]?.id}, before it could be taken back`),
  ]
}

function findTimeoutFaults({ steps, timeout }: Build): string[] {
  const ends = new Map<string, number>()
  for (const { id, waitFor, timeout: own } of steps) {
    const begin = Math.max(0, ...waitFor.map(name => ends.get(name) ?? 0))
    ends.set(id, begin + Number.parseInt(own, 10))
  }
  const longest = Math.max(...ends.values())
  return longest <= Number.parseInt(timeout, 10)
    ? []
    : [`timeout: ${timeout}, and the steps may take ${longest}s`]
}
