import { readFileSync } from 'node:fs'

/** The package that carries the server, by family of systems. */
export interface PackageNames {
  readonly debian: string
  readonly fedora: string
  readonly alpine: string
  readonly arch: string
  readonly macos: string
}

const COMMANDS: Readonly<Record<keyof PackageNames, string>> = {
  debian: 'sudo apt-get install --no-install-recommends',
  fedora: 'sudo dnf install',
  alpine: 'sudo apk add',
  arch: 'sudo pacman -S',
  macos: 'brew install',
}

/** No server, no Docker, and no right to install one. The message is what to type. */
export class MissingEngine extends Error {
  constructor(kind: { readonly name: string; readonly variable: string; readonly packages: PackageNames }) {
    const family = systemFamily()
    const families = family === undefined ? (Object.keys(COMMANDS) as (keyof PackageNames)[]) : [family]
    super(
      [
        `No ${kind.name} server on this machine. Do one of these and start again:`,
        ...families.map(one => `  ${COMMANDS[one]} ${kind.packages[one]}`),
        '  start Docker (a container is used then)',
        `  set ${kind.variable} to the URL of a server that runs already`,
      ].join('\n'),
    )
    this.name = 'MissingEngine'
  }
}

/** The family whose package command works here, or undefined when it cannot be told. */
function systemFamily(): keyof PackageNames | undefined {
  if (process.platform === 'darwin') return 'macos'
  const names = osRelease()
  const families = ['debian', 'fedora', 'alpine', 'arch'] as const
  return names.includes('ubuntu') ? 'debian' : families.find(family => names.includes(family))
}

/** The system's own name and those of the systems it is like: ID and ID_LIKE of /etc/os-release. */
function osRelease(): string[] {
  try {
    const text = readFileSync('/etc/os-release', 'utf8')
    return [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)/gm)].flatMap(([, names = '']) => names.split(' '))
  } catch {
    return []
  }
}
