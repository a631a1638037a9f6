import { globSync } from 'node:fs'
import { posix } from 'node:path'
import { lineOf, readMarkdown } from './markdown.ts'
import { FILES, FOLDERS, isThere, ROOT } from './repository.ts'

/** What a path of the repository begins with. */
const TOP = `(?:${[...FOLDERS].filter(folder => !/[./]/.test(folder)).join('|')})/`
const PATH = new RegExp(`^${TOP}`)
const FILE_NAME = /^[\w.-]+\.(?:ts|mjs|tf|ya?ml|sh|md|json)$/

/** Not in the repository, and rightly named: made by whoever deploys, by Terraform, by a build or by a command; or of others. */
const ELSEWHERE = [
  /^terraform\/(?:cloud|platform|\*)\/(?:production\.tfvars|\.terraform\.lock\.hcl)$/,
  /^docs\/openapi\.json$/,
  /^docs\/performance\/zipf$/,
  /^knative\/serving$/,
]

/**
 * Paths and names of files that a document quotes as code or gives in a command, and that are not there: a sentence each. A path
 * begins with a folder at the top, or below the document's own. A file's name alone is that of some file; in `docs`, in a cell of
 * a table that names a path before it, of a file beside that one.
 */
export function findPathFaults(file: string, text: string): string[] {
  const { quoted, blocks } = readMarkdown(text)
  const commands = blocks.filter(({ language }) => /^(?:sh|)$/.test(language))
  const faults = [...quoted, ...commands].flatMap(piece =>
    wordsOf(piece.text)
      .filter(word => !isNamedRightly(word, file, piece.text))
      .map(word => `${file}:${piece.line} there is no ${word}`),
  )
  return [...faults, ...(file.startsWith('docs/') ? siblingFaults(file, text) : [])]
}

const wordsOf = (text: string) =>
  text.split(/[\s"'=()[\],;|]+/).map(word => word.replace(/[.:]+$/, '').replace(/:\d+$/, ''))

function isNamedRightly(word: string, file: string, around: string): boolean {
  if (/[$<>…]/.test(word) || ELSEWHERE.some(pattern => pattern.test(word))) return true
  if (PATH.test(word)) {
    if (isThere(word) || isThere(posix.join(posix.dirname(file), word))) return true
    if (/[*{]/.test(word)) return globSync(word, { cwd: ROOT }).length > 0
    // Jest takes the beginning of a path for all files that begin so.
    return /npm test --/.test(around) && FILES.some(known => known.startsWith(word))
  }
  return !FILE_NAME.test(word) || FILES.some(known => posix.basename(known) === word)
}

function siblingFaults(file: string, text: string): string[] {
  const cells = [...text.matchAll(/^\|.*\|$/gm)].flatMap(row =>
    row[0].split('|').map(cell => ({ cell, line: lineOf(text, row.index) })),
  )
  return cells.flatMap(({ cell, line }) => {
    let folder: string | undefined
    return readMarkdown(cell).quoted.flatMap(({ text: word }) => {
      if (PATH.test(word)) folder = FOLDERS.has(word) ? word : posix.dirname(word)
      else if (folder !== undefined && FILE_NAME.test(word) && !isThere(`${folder}/${word}`))
        return [`${file}:${line} there is no ${folder}/${word}`]
      return []
    })
  })
}

/** How many paths a document names, so that a test can see that they are found. */
export const countPaths = (text: string): number =>
  readMarkdown(text).quoted.filter(({ text: word }) => PATH.test(word)).length

const COMMENT = /(?:\/\/|\/\*|^\s*\*|#).*$/gm
const NAMED = new RegExp(`(?<![\\w./@:$}-])${TOP}[\\w./-]*\\w`, 'g')

/** Paths that comments of a source name and that are not there. */
export function findCommentFaults(file: string, text: string): string[] {
  return [...text.matchAll(COMMENT)].flatMap(({ 0: comment, index }) =>
    [...comment.matchAll(NAMED)]
      .map(([path]) => path)
      .filter(path => !isNamedRightly(path, file, comment))
      .map(path => `${file}:${lineOf(text, index)} there is no ${path}`),
  )
}

/** Decisions that are named by a number nobody has given, or linked by another one's. */
export function findDecisionFaults(file: string, text: string): string[] {
  const numbers = [...text.matchAll(/\bADRs? (\d+)/g)].filter(([, number]) => fileOf(number) === undefined)
  const linked = [...text.matchAll(/\[ADR (\d+)\]\(([^)]*)\)/g)].filter(
    ([, number, target]) => fileOf(number) !== posix.basename(target ?? ''),
  )
  return [
    ...numbers.map(({ 0: name, index }) => `${file}:${lineOf(text, index)} there is no ${name}`),
    ...linked.map(({ 0: link, index }) => `${file}:${lineOf(text, index)} ${link} leads to another decision`),
  ]
}

const fileOf = (number = ''): string | undefined =>
  FILES.filter(file => file.startsWith(`docs/adr/${number.padStart(4, '0')}-`)).map(file =>
    posix.basename(file),
  )[0]
