import { type Block, readMarkdown } from './markdown.ts'

/** One command of a document, however many lines it takes. */
export type ShellCommand = {
  readonly text: string
  readonly line: number
  /** What it is answered over HTTP, where the document says so in a comment behind it: `# 409 account_exists`. */
  readonly status: string | undefined
  /** What it prints, where the document shows that in the next block. */
  readonly shown: Block | undefined
}

/** The commands of a document's `sh` blocks, in order. What stands right behind a block is what its last command prints. */
export function readShellCommands(text: string): ShellCommand[] {
  const { blocks } = readMarkdown(text)
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sh') return []
    const commands = commandsOf(block)
    return commands.map((command, place) => ({
      ...command,
      shown: place === commands.length - 1 ? shownBy(block, blocks[index + 1]) : undefined,
    }))
  })
}

/** The block that follows, if nothing but an empty line is between. */
function shownBy(block: Block, next: Block | undefined): Block | undefined {
  const end = block.line + block.text.split('\n').length
  return next !== undefined && /^(?:json|)$/.test(next.language) && next.line <= end + 2 ? next : undefined
}

type Command = Omit<ShellCommand, 'shown'>

/** A command goes on behind a backslash, to the end of a loop, and to the end of a quoted text. */
function commandsOf(block: Block): Command[] {
  const commands: Command[] = []
  let lines: string[] = []
  for (const [index, line] of block.text.trimEnd().split('\n').entries()) {
    lines.push(line)
    const text = lines.join('\n')
    if (isOpen(text)) continue
    const first = block.line + 1 + index - (lines.length - 1)
    if (withoutComments(text) !== '') commands.push({ text, line: first, status: statusOf(text) })
    lines = []
  }
  return commands
}

function isOpen(text: string): boolean {
  const bare = withoutComments(text)
  const quotes = bare.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '')
  const count = (pattern: RegExp) => [...quotes.matchAll(pattern)].length
  return (
    bare.endsWith('\\') ||
    /["']/.test(quotes) ||
    count(/(?:^|[;&|(]\s*)(?:while|until|for)\b/gm) > count(/\bdone\b/g)
  )
}

export const withoutComments = (text: string): string => text.replaceAll(/(?:^|\s+)#\s.*$/gm, '').trim()

const statusOf = (text: string) => /#\s+(?:→ )?([1-5]\d\d)\b/.exec(text)?.[1]

/** What a person puts something else for. */
const PLACEHOLDER = /…|\b(?:ID|FILE|FOLDER|USER|PASSWORD|REGION|PROJECT|HASH)\b/
/** What needs nothing but the stack of this machine, and is done with in a moment. */
const CHEAP =
  /^(?:(?:(?:export )?\w+=\$\()?(?:curl |node |npm run (?:--silent )?(?:client|mock|publish|verify)\b)|echo |(?:while|until|for) )/
const ELSEWHERE = /\b(?:gcloud|kubectl|terraform|helm|docker|mysql|delivery)\b|https:/

/** Whether a command can be run as it stands on a stack of this machine. */
export function isRunnable({ text }: Pick<ShellCommand, 'text'>): boolean {
  const bare = withoutComments(text)
  return CHEAP.test(bare) && !PLACEHOLDER.test(bare) && !ELSEWHERE.test(bare)
}
