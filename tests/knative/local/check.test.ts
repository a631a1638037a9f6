import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runSteps, type Step } from '../../../knative/local/check/run-steps.ts'
import { terraformSteps } from '../../../knative/local/check/terraform-steps.ts'
import { ownFolder } from '../../support/private-engines.ts'
import { standIn } from './engines/stand-in.ts'

let folder: string
let said: string

beforeEach(async () => {
  folder = await ownFolder('check')
  said = ''
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const run = (steps: readonly Step[]) =>
  runSteps(steps, folder, line => {
    said += `${line}\n`
  })

const node = (title: string, program: string): Step => ({ title, command: [process.execPath, '-e', program] })

test('a failed step shows its output, is listed at the end, and does not keep the others from running', async () => {
  const failing = { ...node('first', 'console.error("line 3 is wrong"); process.exit(2)'), fix: 'mend it' }
  expect(await run([failing, node('second', 'console.log("chatter")')])).toBe(1)
  expect(said.replaceAll(/\d\.\d s/g, 'T')).toBe(
    'line 3 is wrong\nFAILED  first (T)\nok  second (T)\n\nFailed:\n  first (to put it right: mend it)\n',
  )
})

test('when all steps pass or are skipped the check passes, and says which were skipped', async () => {
  const skipped = { ...node('other', 'process.exit(1)'), skip: 'no such tool here' }
  expect(await run([node('one', ''), skipped])).toBe(0)
  expect(said).toContain('-  other: skipped: no such tool here')
})

test('a program that is not there is a failure', async () => {
  expect(await run([{ title: 'gone', command: [join(folder, 'nothing')] }])).toBe(1)
  expect(said).toContain('ENOENT')
})

test('Terraform code is formatted, and each module without a provider validated and tested', async () => {
  await writeModule('cloud', { 'versions.tf': 'terraform {\n  required_providers {}\n}' })
  await writeModule('plain', { 'main.tf': '# required_providers: none' })
  await writeModule('scaling', { 'main.tf': '', 'tests/limits.tftest.hcl': '', 'tests/names.tftest.hcl': '' })
  await standIn(join(folder, 'programs'), 'terraform', '')
  const steps = terraformSteps(folder, { path: join(folder, 'programs'), directories: [] })
  expect(steps.map(({ title, skip }) => [title, skip])).toEqual([
    ['terraform format', undefined],
    ['terraform/cloud: terraform validate', "its providers are in Terraform's registry"],
    ['terraform/plain: terraform init', undefined],
    ['terraform/plain: terraform validate', undefined],
    ['terraform/scaling: terraform init', undefined],
    ['terraform/scaling: terraform validate', undefined],
    ['terraform/scaling: terraform test', undefined],
  ])
  expect(await run(steps)).toBe(0)
})

test('without Terraform on the machine its checks are skipped, and say so', async () => {
  await writeModule('scaling', { 'main.tf': '', 'tests/limits.tftest.hcl': '' })
  expect(await run(terraformSteps(folder, { path: folder, directories: [] }))).toBe(0)
  expect(said.split('\n')).toEqual([
    '-  terraform format: skipped: terraform is not installed',
    '-  terraform/scaling: terraform init: skipped: terraform is not installed',
    '-  terraform/scaling: terraform validate: skipped: terraform is not installed',
    '-  terraform/scaling: terraform test: skipped: terraform is not installed',
    '',
  ])
})

test('what Terraform prepares for a module leaves nothing among its files', async () => {
  await writeModule('scaling', { 'main.tf': '' })
  const steps = terraformSteps(folder, { path: folder, directories: [] })
  const folders = steps.slice(1).map(({ env }) => env?.['TF_DATA_DIR'])
  expect(new Set(folders)).toEqual(new Set([join(folder, '.local/terraform/scaling')]))
})

async function writeModule(name: string, files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, 'terraform', name, file)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text)
  }
}
