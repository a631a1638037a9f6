import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Every file that git knows, or would take: what a clone has, and what is new here. */
export const FILES: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: ROOT },
)
  .toString()
  .split('\n')
  .filter(file => file !== '' && existsSync(`${ROOT}${file}`))

/** The folders that those are in. */
export const FOLDERS: ReadonlySet<string> = new Set(
  FILES.flatMap(file => {
    const parts = file.split('/').slice(0, -1)
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  }),
)

const known = new Set(FILES)

/** Whether a path from the root is a file or a folder of the repository. */
export const isThere = (path: string): boolean => known.has(path) || FOLDERS.has(path.replace(/\/$/, ''))

export const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8')

/** Every document. */
export const DOCUMENTS: readonly string[] = FILES.filter(file => file.endsWith('.md'))
