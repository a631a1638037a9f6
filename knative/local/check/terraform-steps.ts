import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findPrograms, type SearchPlaces, usualPlaces } from '../engines/find-program.ts'
import type { Step } from './run-steps.ts'

/**
 * The checks of the Terraform code: its format, and the tests of every module that has some. Without Terraform
 * on this machine they are skipped, and say so.
 */
export function terraformSteps(root: string, places: SearchPlaces = usualPlaces(process.env)): Step[] {
  if (!existsSync(join(root, 'terraform'))) return []
  const [terraform] = findPrograms(['terraform'], places)
  const skip = terraform === undefined ? { skip: 'terraform is not installed' } : {}
  const program = terraform ?? 'terraform'
  const format: Step = {
    title: 'terraform format',
    command: [program, 'fmt', '-check', '-recursive', '-diff', 'terraform'],
    fix: 'terraform fmt -recursive terraform',
    ...skip,
  }
  return [format, ...modulesWithTests(root).flatMap(module => testSteps(program, root, module, skip))]
}

/** The modules below `terraform` that have tests, beside their files or in their folder `tests`. */
function modulesWithTests(root: string): string[] {
  const files = globSync('terraform/**/*.tftest.hcl', {
    cwd: root,
    exclude: path => path.includes('.terraform'),
  })
  const modules = files.map(file => dirname(file).replace(/\/tests$/, ''))
  return [...new Set(modules)].sort()
}

function testSteps(
  program: string,
  root: string,
  module: string,
  skip: { readonly skip?: string },
): readonly Step[] {
  // What `init` prepares goes to .local, so that the check leaves no file among the sources.
  const env = { TF_DATA_DIR: join(root, '.local', module), TF_IN_AUTOMATION: '1' }
  const there = `-chdir=${module}`
  return [
    {
      title: `${module}: terraform init`,
      command: [program, there, 'init', '-backend=false', '-input=false', '-lockfile=readonly'],
      env,
      ...skip,
    },
    { title: `${module}: terraform test`, command: [program, there, 'test'], env, ...skip },
  ]
}
