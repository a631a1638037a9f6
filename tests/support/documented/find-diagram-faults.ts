import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createContext, runInContext } from 'node:vm'
import { readMarkdown } from './markdown.ts'

type Mermaid = { parse(text: string): Promise<{ readonly diagramType: string }> }

const SCRIPT = readFileSync(createRequire(import.meta.url).resolve('@mermaid-js/tiny'), 'utf8')

/*
 * Mermaid's own build in one file is a script for a page, so it runs as one, in a context of its own. Parsing needs a page
 * for one thing, to make labels safe to show: with one that can do nothing, labels stay as they are, and nothing is shown.
 */
const page = { nodeType: 9, createElement: () => ({}) }
const context = createContext({ structuredClone, window: { document: page, Element: class {} } })
runInContext(SCRIPT, context)
const { mermaid } = context as { mermaid: Mermaid }

/** Diagrams of a document that Mermaid, and so GitHub, would not draw: a sentence each. */
export async function findDiagramFaults(file: string, text: string): Promise<string[]> {
  const said = await Promise.all(
    diagramsOf(text).map(async diagram => {
      const fault = await faultOf(diagram.text)
      return fault === undefined ? [] : [`${file}:${diagram.line} Mermaid does not draw this: ${fault}`]
    }),
  )
  return said.flat()
}

const diagramsOf = (text: string) =>
  readMarkdown(text).blocks.filter(({ language }) => language === 'mermaid')

/** What kinds of diagrams there are, so that a test can see that they are found. */
export async function readDiagramKinds(text: string): Promise<string[]> {
  return await Promise.all(
    diagramsOf(text).map(async diagram => (await mermaid.parse(diagram.text)).diagramType),
  )
}

async function faultOf(diagram: string): Promise<string | undefined> {
  try {
    await mermaid.parse(diagram)
    return undefined
  } catch (error) {
    // What the context threw is no Error of this realm.
    return String((error as { readonly message?: unknown }).message ?? error)
  }
}
