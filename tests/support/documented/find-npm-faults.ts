import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { COMMANDS } from '../../../loadgen/client/commands.ts'
import { FILES, ROOT, read } from './repository.ts'

const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }

/** What a script of package.json runs, where that is a program of ours. */
const ENTRIES = new Map(
  Object.entries(scripts).flatMap(([name, script]) => {
    const [, subcommand, file] = /bootstrap\.mjs (\w+) ?(\S*)/.exec(script) ?? []
    const entry = subcommand === 'run' ? file : `knative/local/${subcommand}.ts`
    return entry !== undefined && existsSync(`${ROOT}${entry}`) ? [[name, entry] as const] : []
  }),
)

/** What `client` takes beside the operations of the API. */
const OWN_COMMANDS = ['wait', 'token', 'call']
/** What npm has a word of its own for. */
const USUAL = { start: true, test: true }
/** What Jest takes, as far as the documents use it. */
const FLAGS_OF_TESTS = ['t']

/** `npm` in the name of a program of ours, and what is given to it. */
const CALL = /\bnpm (?:run (?:--silent )?([\w-]+)|(start|test))\b(?: -- ([^\n`|>#)]*))?/g

/** Commands of a document that begin with `npm` and that nothing would take: a sentence each. */
export function findNpmFaults(text: string): string[] {
  const joined = text.replaceAll(/ *\\\n\s*/g, ' ')
  const variables = [...joined.matchAll(/\b([A-Z][A-Z0-9_]+)=\S* npm /g)].map(([, name = '']) => name)
  return [
    ...[...joined.matchAll(CALL)].flatMap(([, program, usual, line = '']) =>
      callFaults(program ?? usual ?? '', line),
    ),
    ...variables.filter(name => !isRead(name)).map(name => `nothing reads ${name}`),
  ]
}

/** How many such commands there are, so that a test can see that they are found. */
export const countNpmCalls = (text: string): number => [...text.matchAll(CALL)].length

function callFaults(program: string, line: string): string[] {
  if (!(program in scripts)) return [`package.json has no script ${program}`]
  const [word = ''] = line.trim().split(/\s/)
  const isUnknown = /^[a-z]/.test(word) && !(word in COMMANDS) && !OWN_COMMANDS.includes(word)
  return [
    ...(program === 'client' && isUnknown ? [`client has no command ${word}`] : []),
    ...[...line.matchAll(/(?<=^|[\s[])--?([a-zA-Z][\w-]*)/g)]
      .filter(([, flag = '']) => !takesFlag(program, flag))
      .map(([flag]) => `npm ${program in USUAL ? program : `run ${program}`} takes no ${flag}`),
  ]
}

/** Whether a program, or what it imports, names the flag; of the client, also the description of what it sends. */
function takesFlag(program: string, flag: string): boolean {
  if (program === 'test') return FLAGS_OF_TESTS.includes(flag)
  const entry = ENTRIES.get(program)
  if (entry === undefined) return false
  const files = [...importedBy(entry), ...(program === 'client' ? ['docs/openapi.yaml'] : [])]
  const named = new RegExp(`--${flag}\\b|'${flag}'|\\b${flag}: \\{|name: ${flag}\\b`)
  return files.some(file => named.test(read(file)))
}

/** A source, and all of ours that it imports. */
function importedBy(file: string, found: Set<string> = new Set()): Set<string> {
  found.add(file)
  for (const [, path = ''] of read(file).matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
    const imported = posix.join(posix.dirname(file), path)
    if (!found.has(imported)) importedBy(imported, found)
  }
  return found
}

const isRead = (name: string) =>
  FILES.some(file => /\.(?:ts|mjs)$/.test(file) && new RegExp(`['.]${name}\\b(?!=)`).test(read(file)))
