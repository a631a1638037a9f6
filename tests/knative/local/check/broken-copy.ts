import { appendFile, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSteps } from '../../../../knative/local/check/check-steps.ts'
import { runSteps, type Step } from '../../../../knative/local/check/run-steps.ts'
import { ownFolder } from '../../../support/private-engines.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

const CODE = ['functions', 'lib', 'knative', 'loadgen', 'tests']
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', '.gitignore']

/** The step of `npm run check`, with these arguments, that has this title. */
export function stepOf(title: string, args: readonly string[] = []): Step {
  const step = checkSteps(ROOT, args).find(step => step.title === title)
  if (step === undefined) throw new Error(`no step is called ${title}`)
  return step
}

/** The project's own code in a folder of its own, to be broken and looked at by the steps of `npm run check`. */
export class BrokenCopy {
  #folder = ''

  async create(): Promise<void> {
    this.#folder = await ownFolder('broken')
    for (const name of [...CODE, ...SETTINGS])
      await cp(join(ROOT, name), join(this.#folder, name), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'))
  }

  /** Adds to a file, or makes it. */
  async add(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.#folder, file)), { recursive: true })
    await appendFile(join(this.#folder, file), text)
  }

  /** Throws where there is nothing to replace. */
  async replace(file: string, from: string, to: string): Promise<void> {
    const path = join(this.#folder, file)
    const text = await readFile(path, 'utf8')
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
    await writeFile(
      path,
      text.replace(from, () => to),
    )
  }

  /** What a step says of it, with blanks made one. */
  async check(step: Step): Promise<{ code: number; said: string }> {
    let said = ''
    const code = await runSteps([step], this.#folder, line => {
      said += `${line}\n`
    })
    return { code, said: said.replaceAll(/ +/g, ' ') }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
