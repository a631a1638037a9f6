import parse from 'spdx-expression-parse'

/** The licences that are allowed, and the packages that may have another one. */
export type LicenceRules = {
  readonly inImage: readonly string[]
  /** Beside those: where a package is not in the image. */
  readonly elsewhere: readonly string[]
  readonly exceptions: Readonly<Record<string, { readonly licence: string; readonly reason: string }>>
}

/** What a lock file says of a package. */
export type LockedPackage = {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The packages of a lock file, by where they are put. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>

const FOLDER = 'node_modules/'
const RULES_FILE = 'knative/local/check/packages/allowed-licences.ts'

/**
 * What is wrong with the licences of all packages that a lock file names, a sentence each. `licenceIn` answers what the package that
 * is installed there says of itself, undefined where none is.
 */
export function licenceFaults(
  packages: LockedPackages,
  rules: LicenceRules,
  licenceIn: (path: string) => string | undefined,
): string[] {
  const paths = Object.keys(packages).filter(path => path !== '')
  const used = new Set<string>()
  const faults = paths.flatMap(path => {
    const { version, license, dev, optional, devOptional } = packages[path] ?? {}
    const subject = `package-lock.json: ${path} ${version}`
    const installed = licenceIn(path)
    if (installed !== undefined && installed !== license)
      return `${subject}: its package.json says "${installed}", the lock file "${license}". Run "npm install".`
    const licence = license ?? licenceOfWhole(packages, path)
    if (licence === undefined) return `${subject} states no licence. Use another package, or ${exceptIt()}`
    const name = nameOf(path)
    if (rules.exceptions[name]?.licence === licence) {
      used.add(name)
      return []
    }
    const isInImage = !dev && !optional && !devOptional
    const allowed = isInImage ? rules.inImage : [...rules.inImage, ...rules.elsewhere]
    if (isAllowed(licence, allowed)) return []
    return `${subject}: "${licence}" is not allowed ${isInImage ? 'in the image' : 'here'}. Use another package, or ${exceptIt()}`
  })
  return [...faults, ...staleExceptions(rules, used)]
}

const exceptIt = () => `except it with a reason in ${RULES_FILE}.`

function staleExceptions({ exceptions }: LicenceRules, used: ReadonlySet<string>): string[] {
  const stale = Object.entries(exceptions).filter(([name]) => !used.has(name))
  return stale.map(
    ([name, { licence }]) => `${RULES_FILE}: no package ${name} under ${licence}. Remove the exception.`,
  )
}

const nameOf = (path: string) => path.slice(path.lastIndexOf(FOLDER) + FOLDER.length)

/**
 * Of a build for one system npm says nothing where it has not seen it, on another system. It is a part of the package that asks for
 * it, and comes with its licence.
 */
function licenceOfWhole(packages: LockedPackages, path: string): string | undefined {
  if (!packages[path]?.optional) return undefined
  return Object.values(packages).find(whole => nameOf(path) in (whole.optionalDependencies ?? {}))?.license
}

/** Of several to choose from one is enough; of several at once all have to be. What is no licence of SPDX's is none. */
function isAllowed(licence: string, allowed: readonly string[]): boolean {
  const judge = (part: parse.Info): boolean => {
    if ('license' in part) return !('exception' in part) && !part.plus && allowed.includes(part.license)
    const [left, right] = [judge(part.left), judge(part.right)]
    return part.conjunction === 'or' ? left || right : left && right
  }
  try {
    return judge(parse(licence))
  } catch {
    return false
  }
}
