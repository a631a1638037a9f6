import type { DescribedSchema, DescribedTable } from './read-schema.ts'

/** Says how a page that describes tables differs from the schema: what it leaves out, and what it has that is not there. */
export function findModelFaults(page: string, schema: DescribedSchema): string[] {
  const described = readTables(page)
  const faults = differences('table', Object.keys(described), Object.keys(schema))
  for (const [name, table] of Object.entries(schema)) {
    const own = described[name]
    if (own === undefined) continue
    for (const part of ['columns', 'indexes'] as const)
      faults.push(...differences(`${name}: ${part}`, linesOf(own[part]), linesOf(table[part])))
    faults.push(...differences(`${name}: constraint`, own.constraints, table.constraints))
  }
  return [...faults, ...findPictureFaults(page, schema)]
}

/** Entities are tables with columns of theirs; the states of a picture are those of the column of its section. */
function findPictureFaults(page: string, schema: DescribedSchema): string[] {
  const [, picture = ''] = /```mermaid\nerDiagram\n([\s\S]*?)```/.exec(page) ?? []
  const faults: string[] = []
  for (const [, name = '', body = ''] of picture.matchAll(/^ {2}(\w+) \{\n([\s\S]*?)^ {2}\}/gm)) {
    const columns = Object.keys(schema[name]?.columns ?? {})
    const drawn = [...body.matchAll(/^ +\w+ (\w+)/gm)].map(([, column = '']) => column)
    faults.push(
      ...drawn.filter(column => !columns.includes(column)).map(column => `picture: no ${name}.${column}`),
    )
  }
  const ends = [...picture.matchAll(/^ {2}(\w+) \S+--\S+ (\w+) :/gm)].flatMap(([, one = '', other = '']) => [
    one,
    other,
  ])
  faults.push(...ends.filter(name => !(name in schema)).map(name => `picture: no ${name}`))
  for (const section of page.split(/^## /m)) {
    const [, drawing] = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(section) ?? []
    if (drawing === undefined) continue
    const name = section.split('\n')[0] ?? ''
    const { status, state } = schema[name]?.columns ?? {}
    const states = [...(status ?? state ?? '').matchAll(/'(\w+)'/g)].map(([, word = '']) => word)
    const drawn = new Set([...drawing.matchAll(/\b[A-Z]{2,}\b/g)].map(([word]) => word))
    faults.push(...differences(`${name}: state`, [...drawn], states))
  }
  return faults
}

/** The tables that stand under headings of their names. */
function readTables(page: string): DescribedSchema {
  const sections = page.split(/^##+ /m).map(section => [section.split('\n')[0] ?? '', section] as const)
  return Object.fromEntries(
    sections.flatMap(([name, section]): [string, DescribedTable][] => {
      const columns = rowsUnder(section, 'column')
      if (columns.length === 0) return []
      const constraints = rowsUnder(section, 'constraint').map(([constraint]) => constraint)
      const types = columns.map(([column, type]) => [column, inSmallLetters(type)])
      return [
        [
          name,
          {
            columns: Object.fromEntries(types),
            indexes: Object.fromEntries(rowsUnder(section, 'index')),
            constraints,
          },
        ],
      ]
    }),
  )
}

/** The first two cells of each row of the table whose first column is called so. */
function rowsUnder(section: string, heading: string): [string, string][] {
  const [, rows = ''] =
    new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)*)`, 'm').exec(section) ?? []
  return [...rows.matchAll(/^\| `([^`]+)` \| (.*?) \|/gm)].map(([, name = '', cell = '']) => [
    name,
    cell.replaceAll('`', ''),
  ])
}

/** Types in small letters, the words of an ENUM as they are. */
function inSmallLetters(type: string): string {
  return type.replace(/'[^']*'|[^']+/g, part => (part.startsWith("'") ? part : part.toLowerCase()))
}

function linesOf(parts: Readonly<Record<string, string>>): string[] {
  return Object.entries(parts).map(([name, text]) => `${name} ${text}`)
}

function differences(what: string, described: readonly string[], real: readonly string[]): string[] {
  return [
    ...real.filter(name => !described.includes(name)).map(name => `${what} is not described: ${name}`),
    ...described.filter(name => !real.includes(name)).map(name => `${what} is not there: ${name}`),
  ]
}
