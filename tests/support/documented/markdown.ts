/** A piece of a document, and the line that it begins in. */
type Piece = { readonly text: string; readonly line: number }

/** A block between fences: what it is written in, and what it says. */
export type Block = Piece & { readonly language: string }

type Markdown = {
  /** The text without blocks, comments and code, line by line as it was. */
  readonly prose: string
  readonly blocks: readonly Block[]
  /** What is `quoted as code`. */
  readonly quoted: readonly Piece[]
}

const FENCE = /^( *)(`{3,}|~{3,})(\w*).*\n([\s\S]*?)^ *\2`*~*$/gm
const COMMENT = /<!--[\s\S]*?-->/g
const QUOTED = /(`+)(?!`)([^`]|[^`][\s\S]*?[^`])\1(?!`)/g

/** Takes a document apart, as far as the tests of documents look into it. */
export function readMarkdown(text: string): Markdown {
  const blocks: Block[] = []
  const quoted: Piece[] = []
  const withoutBlocks = text.replaceAll(FENCE, (all, indent: string, _fence, language, inside, at) => {
    const own = (inside as string).replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    blocks.push({ text: own, language, line: lineOf(text, at) })
    return blank(all)
  })
  const withoutComments = withoutBlocks.replaceAll(COMMENT, blank)
  const prose = withoutComments.replaceAll(QUOTED, (all, _ticks, inside, at) => {
    quoted.push({ text: inside.trim(), line: lineOf(text, at) })
    return blank(all)
  })
  return { prose, blocks, quoted }
}

/** Everything but the ends of lines, so that what follows stays in its line. */
const blank = (text: string) => text.replaceAll(/[^\n]/g, ' ')

export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** The names that links to parts of a document lead to, as GitHub makes them of its headings; those given by hand as well. */
export function anchorsOf(text: string): string[] {
  const outside = text.replaceAll(FENCE, blank)
  const taken = new Map<string, number>()
  const headings = [...outside.matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)].map(([, heading = '']) => {
    const slug = slugOf(heading)
    const times = taken.get(slug) ?? 0
    taken.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  })
  const given = [...outside.matchAll(/<\w+ [^>]*\b(?:id|name)="([^"]+)"/g)].map(([, name = '']) => name)
  return [...headings, ...given]
}

/** Small letters, nothing but words, blanks to hyphens; of a link, its words. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(' ', '-')
}
