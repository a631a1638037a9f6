import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter(file => file !== '' && existsSync(`${ROOT}${file}`))
const sources = files.filter(file => /\.(ts|mjs)$/.test(file))
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8')

/** Where the environment is read: the entry, the tools around it, and tests. */
const READS_ENVIRONMENT = /^(functions\/start\.ts|knative\/(local|image)\/|tests\/|loadgen\/)/

const TOP_LEVEL = [
  ...['functions', 'lib', 'knative', 'terraform', 'tests', 'loadgen', 'docs'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'cloudbuild.yaml', 'biome.json'],
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE'],
]

/** Files that break a rule, as `file:line text`. */
function findLines(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap(file =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  )
}

test('keeps the top level to what belongs there', () => {
  const top = new Set(files.map(file => file.split('/')[0] ?? ''))
  expect([...top].filter(name => !name.startsWith('.') && !TOP_LEVEL.includes(name))).toEqual([])
})

test('keeps every file under 300 lines', () => {
  expect(sources.filter(file => read(file).split('\n').length > 300)).toEqual([])
})

test('names files for what is in them, in kebab case', () => {
  const grabBags = /(^|\/)(utils?|helpers?|common|misc|types)(\.|\/|$)/
  expect(sources.filter(file => grabBags.test(file))).toEqual([])
  expect(sources.filter(file => !/^[a-z0-9./_-]+$/.test(file))).toEqual([])
})

test('lays every function out alike', () => {
  const names = new Set(files.flatMap(file => /^functions\/([^/]+)\//.exec(file)?.[1] ?? []))
  const lacking = [...names].flatMap(name =>
    ['index.ts', 'handle.ts', 'README.md']
      .map(file => `functions/${name}/${file}`)
      .filter(file => !files.includes(file)),
  )
  expect(lacking).toEqual([])
  const manifests = [...names].map(name => `knative/services/${name}.yaml`)
  expect(manifests.filter(file => !files.includes(file))).toEqual([])
})

test('lets functions import from lib and their own folder only', () => {
  const outside = findLines(
    /from '\.\.\/(?!\.\.\/lib\/)/,
    sources.filter(file => /^functions\/.+\//.test(file)),
  )
  expect(outside).toEqual([])
})

test('lets lib import from lib only', () => {
  expect(
    findLines(
      /from '(\.\.\/)+(functions|knative|tests|loadgen)\//,
      sources.filter(file => file.startsWith('lib/')),
    ),
  ).toEqual([])
})

test('keeps lib/ledger free of everything outside itself', () => {
  const ledger = sources.filter(file => file.startsWith('lib/ledger/'))
  expect(findLines(/from '(?!\.\/)|import\(|\bprocess\.|\bDate\b|Math\.random/, ledger)).toEqual([])
})

test('reads the environment where it is parsed, and nowhere else', () => {
  expect(
    findLines(
      /process\.env/,
      sources.filter(file => !READS_ENVIRONMENT.test(file)),
    ),
  ).toEqual([])
})

test('never makes a number of money', () => {
  const money = /\b(Number|parseFloat|parseInt)\([^)]*(amount|balance|held|limit|money)/i
  expect(
    findLines(
      money,
      sources.filter(file => /^(lib|functions)\//.test(file)),
    ),
  ).toEqual([])
})

test('leaves no test out, and nothing to do later', () => {
  expect(
    findLines(
      /\b(test|describe|it)\.(only|skip|todo)\b/,
      sources.filter(file => file.endsWith('.test.ts')),
    ),
  ).toEqual([])
  const later = new RegExp(
    `\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'XX'].join('')})\\b`,
  )
  expect(
    findLines(
      later,
      // Bytes of a picture may spell anything.
      files.filter(file => file !== 'package-lock.json' && !file.endsWith('.png')),
    ),
  ).toEqual([])
})

test('pins every dependency to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'))
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version as string))).toEqual([])
})

test('tests what it finds: the rules above see their subjects', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.filter(file => file.startsWith('lib/ledger/')).length).toBeGreaterThan(4)
})
