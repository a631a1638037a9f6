import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findPrograms, type SearchPlaces, usualPlaces } from '../engines/find-program.ts'
import type { Step } from './run-steps.ts'

type Skip = { readonly skip?: string }

/**
 * The checks of the Terraform code: its format, and of every module that needs no provider that it is valid, and its tests. A
 * module that needs one cannot be looked at without Terraform's registry. What is not checked, for that or because Terraform is
 * not on this machine, is said.
 */
export function terraformSteps(root: string, places: SearchPlaces = usualPlaces(process.env)): Step[] {
  const modules = findModules(root)
  if (modules.length === 0) return []
  const [terraform] = findPrograms(['terraform'], places)
  const skip = terraform === undefined ? { skip: 'terraform is not installed' } : {}
  const program = terraform ?? 'terraform'
  const format: Step = {
    title: 'terraform format',
    command: [program, 'fmt', '-check', '-recursive', '-diff', 'terraform'],
    fix: 'terraform fmt -recursive terraform',
    ...skip,
  }
  return [format, ...modules.flatMap(module => moduleSteps({ program, root, module }, skip))]
}

/** The folders below `terraform` with Terraform code. */
function findModules(root: string): string[] {
  const files = globSync('terraform/**/*.tf', { cwd: root, exclude: path => path.includes('.terraform') })
  return [...new Set(files.map(file => dirname(file)))].sort()
}

function moduleSteps(
  { program, root, module }: { program: string; root: string; module: string },
  skip: Skip,
): readonly Step[] {
  // What `init` prepares goes to .local, so that the check leaves no file among the sources.
  const env = { TF_DATA_DIR: join(root, '.local', module), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' }
  const step = (...args: string[]): Step => ({
    title: `${module}: terraform ${args[0]}`,
    command: [program, `-chdir=${module}`, ...args],
    env,
    ...skip,
  })
  if (needsProviders(join(root, module)))
    return [{ ...step('validate'), skip: "its providers are in Terraform's registry" }]
  const init = step('init', '-backend=false', '-input=false', '-lockfile=readonly')
  return [init, step('validate'), ...(hasTests(join(root, module)) ? [step('test')] : [])]
}

function needsProviders(folder: string): boolean {
  return globSync('*.tf', { cwd: folder }).some(file =>
    /^\s*required_providers\b/m.test(readFileSync(join(folder, file), 'utf8')),
  )
}

/** Beside its files or in its folder `tests`, where Terraform looks for them. */
function hasTests(folder: string): boolean {
  return globSync('{*,tests/*}.tftest.hcl', { cwd: folder }).length > 0
}
