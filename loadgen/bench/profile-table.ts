import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type CallFrame = { readonly functionName: string; readonly url: string }
/** What V8 writes: the function of each sample, and the microseconds before it. */
type CpuProfile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const EXTENSION = '.cpuprofile'
const SHOWN = 8

/** Says, for each profile in a folder, which packages and parts of ours its process was busy with, as a Markdown table. */
export function profileTable(folder: string): string[] {
  const files = readdirSync(folder).filter(file => file.endsWith(EXTENSION))
  const rows = files.toSorted().map(file => {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
    return `| ${file.slice(0, -EXTENSION.length)} | ${describeBusy(profile)} |`
  })
  return ['| process | busy, s | with, % of that |', '| --- | --: | --- |', ...rows]
}

function describeBusy({ nodes, samples, timeDeltas }: CpuProfile): string {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]))
  const microseconds = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const owner = owners.get(id) ?? '?'
    if (owner !== '(idle)') microseconds.set(owner, (microseconds.get(owner) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const busy = microseconds.values().reduce((sum, each) => sum + each, 0)
  const shares = [...microseconds].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
  const said = shares.map(([owner, each]) => `${owner} ${((100 * each) / busy).toFixed(0)}`)
  return `${(busy / 1e6).toFixed(1)} | ${said.join(', ')}`
}

/** The package, the part of Node, or the folder of ours; what has no file is V8's own, or native. */
function ownerOf({ functionName, url }: CallFrame): string {
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1]
  if (library !== undefined) return library
  if (url.startsWith('node:')) return 'Node'
  const folder = /\/((?:lib|functions|loadgen|knative)\/[^/]+)\//.exec(url)?.[1]
  return folder ?? (functionName || 'native')
}
