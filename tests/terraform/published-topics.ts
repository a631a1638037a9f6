import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pubsubVariables } from '../../lib/config/variables.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Where topics get their names; who imports it need not publish to any. */
const CONFIG = join(ROOT, 'lib/config/')

/**
 * The topics that a function may publish to: those whose name, by its word in the configuration, is used in any
 * source that the function's entry reaches.
 */
export function publishedTopics(functionName: string, folder = join(ROOT, 'functions')): string[] {
  const entry = join(folder, functionName, 'index.ts')
  const sources = [...reachedFrom(entry)].filter(file => !file.startsWith(CONFIG) && file !== entry)
  const texts = sources.map(file => readFileSync(file, 'utf8'))
  const words = new Set(texts.flatMap(text => text.match(/\b\w+Topic\b/g) ?? []))
  return [...words].map(word => topicOf(word, entry)).sort()
}

function* reachedFrom(file: string, seen = new Set<string>()): Generator<string> {
  if (seen.has(file) || !existsSync(file)) return
  seen.add(file)
  yield file
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^']*from '(\.[^']+)'/gm)
  for (const [, path = ''] of imports) yield* reachedFrom(join(dirname(file), path), seen)
}

/** The topic's name: the fallback of the variable, which no manifest overrides (asserted beside this). */
function topicOf(word: string, entry: string): string {
  const declared = pubsubVariables[word as keyof typeof pubsubVariables]?.fallback
  const own = new RegExp(`${word}: text\\([^}]*fallback: '([^']+)'`).exec(readFileSync(entry, 'utf8'))?.[1]
  const topic = declared ?? own
  if (typeof topic !== 'string') throw new Error(`${word}: no topic of that name in lib/config or ${entry}`)
  return topic
}
