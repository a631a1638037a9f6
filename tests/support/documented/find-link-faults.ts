import { posix } from 'node:path'
import { anchorsOf, lineOf, readMarkdown } from './markdown.ts'
import { isThere, read } from './repository.ts'

type Link = { readonly target: string; readonly line: number }

/** Links and pictures of a document that lead to nothing: a sentence each. */
export function findLinkFaults(file: string, text: string): string[] {
  const { prose } = readMarkdown(text)
  const { links, undefinedNames } = linksOf(prose)
  return [
    ...links.flatMap(({ target, line }) => {
      const fault = isExternal(target) ? externalFault(target) : innerFault(file, text, target)
      return fault === undefined ? [] : [`${file}:${line} links to ${target}: ${fault}`]
    }),
    ...undefinedNames.map(({ target, line }) => `${file}:${line} [${target}] is defined nowhere`),
  ]
}

/** How many links there are, so that a test can see that they are found. */
export const countLinks = (text: string): number => linksOf(readMarkdown(text).prose).links.length

function linksOf(prose: string): { readonly links: Link[]; readonly undefinedNames: Link[] } {
  const found = (pattern: RegExp): Link[] =>
    [...prose.matchAll(pattern)].map(match => ({
      target: (match[1] ?? '').trim(),
      line: lineOf(prose, match.index),
    }))
  const defined = [...prose.matchAll(/^ {0,3}\[([^\]]+)\]:/gm)].map(([, name = '']) => name.toLowerCase())
  const named = [...found(/\[[^\]]+\]\[([^\]]+)\]/g), ...found(/\[([^\]]+)\]\[\]/g)]
  return {
    links: [
      ...found(/\]\(\s*<?([^)\s>]*)>?(?:\s+["'(][^)]*)?\s*\)/g),
      ...found(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm),
      ...found(/<(https?:[^\s>]+)>/g),
      ...found(/<a\s[^>]*\bhref="([^"]*)"/g),
      ...found(/<img\s[^>]*\bsrc="([^"]*)"/g),
      ...found(/<source\s[^>]*\bsrcset="([^"]*)"/g).flatMap(({ target, line }) =>
        target.split(',').map(one => ({ target: one.trim().split(/\s/)[0] ?? '', line })),
      ),
    ],
    undefinedNames: named.filter(({ target }) => !defined.includes(target.toLowerCase())),
  }
}

const isExternal = (target: string) => /^(?:\w+:|\/\/)/.test(target)

/** What is on other hosts is not asked for: a test does not depend on them. */
function externalFault(target: string): string | undefined {
  const url = URL.parse(target)
  if (url?.protocol !== 'https:') return 'what is elsewhere is linked by https'
  return /^[\w-]+(?:\.[\w-]+)+$/.test(url.hostname) ? undefined : 'that is no host'
}

function innerFault(file: string, text: string, target: string): string | undefined {
  const [encoded = '', anchor] = target.split('#')
  const path =
    encoded === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(encoded)).replace(/\/$/, '')
  if (target === '' || target.startsWith('/')) return 'a link begins at its document'
  if (path !== '.' && path !== file && !isThere(path)) return `there is no ${path}`
  if (anchor === undefined) return undefined
  if (!path.endsWith('.md')) return 'only parts of documents have names'
  const anchors = anchorsOf(path === file ? text : read(path))
  return anchors.includes(anchor) ? undefined : `${path} has no heading for #${anchor}`
}
