import { countFile, type FileCount, type Script } from './count-file.ts'
import { mergeRuns } from './merge-runs.ts'

/** What has run of each script, by its path, in all the processes that left a file in the folder. */
export async function countAll(
  scripts: ReadonlyMap<string, Script>,
  folder: string,
): Promise<ReadonlyMap<string, FileCount>> {
  const runs = mergeRuns(folder, new Map([...scripts.values()].map(({ url, code }) => [url, code.length])))
  const counts = new Map<string, FileCount>()
  for (const [path, script] of scripts) counts.set(path, await countFile(script, runs.get(script.url)))
  return counts
}
