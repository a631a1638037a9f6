import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What the processes of one name have used: seconds of CPU since they began, and memory now. */
type Reading = { readonly cpuSeconds: number; readonly memoryMiB: number }
/** In one second: percent of one core, and memory at its end. */
export type Sample = { readonly cpuPercent: number; readonly memoryMiB: number }
/** A row of samples a second; undefined where there was no such process. */
export type ProcessSamples = ReadonlyMap<string, readonly (Sample | undefined)[]>

const EVERY_MILLISECONDS = 1000
/** Looking for processes reads all of /proc, so it is done less often. */
const SAMPLES_A_LOOK = 10
/** Linux counts CPU in hundredths of a second, on every machine there is. */
const TICKS = 100
const PAGE_MIB = 4096 / 2 ** 20

/**
 * Samples, each second until it is ended, what the service's processes use, and this one; nothing on a machine without /proc. What a
 * process had used before it was found counts in the second in which it is.
 */
export function sampleProcesses(
  servicePid: number | undefined,
  { samplesALook = SAMPLES_A_LOOK } = {},
): { readonly samples: ProcessSamples; end(): void } {
  const samples = new Map<string, (Sample | undefined)[]>()
  let names = findProcesses(servicePid)
  let last = readAll(names)
  let lastMs = performance.now()
  let count = 0
  const timer = setInterval(() => {
    if (count % samplesALook === 0) names = findProcesses(servicePid)
    const nowMs = performance.now()
    const now = readAll(names)
    for (const [name, reading] of now) {
      const row = samples.get(name) ?? []
      samples.set(name, row)
      row.length = count
      const used = reading.cpuSeconds - (last.get(name)?.cpuSeconds ?? reading.cpuSeconds)
      const cpuPercent = (Math.max(0, used) / (nowMs - lastMs)) * 100_000
      row.push({ cpuPercent, memoryMiB: reading.memoryMiB })
    }
    ;[last, lastMs] = [now, nowMs]
    count += 1
  }, EVERY_MILLISECONDS)
  return { samples, end: () => clearInterval(timer) }
}

/** The processes below the service's, by name, with this one as the generator. */
export function findProcesses(servicePid: number | undefined): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  if (readStat(process.pid) === undefined) return names
  if (servicePid !== undefined) {
    const children = Map.groupBy(allPids(), pid => Number(readStat(pid)?.[1]))
    const waiting = [servicePid]
    for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
      const name = pid === servicePid ? 'gateway' : nameOf(pid)
      if (name !== undefined) names.set(pid, name)
      waiting.push(...(children.get(pid) ?? []))
    }
  }
  return names.set(process.pid, 'generator')
}

function allPids(): number[] {
  return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** What a process of the local stack is for; undefined for what only watches over another. */
function nameOf(pid: number): string | undefined {
  const target = /(?:^|\0)FUNCTION_TARGET=([^\0]+)/.exec(read(pid, 'environ'))?.[1]
  if (target !== undefined) return target
  if (/\/pubsub\/main\.ts/.test(read(pid, 'cmdline'))) return 'Pub/Sub'
  const program = programOf(pid)
  if (/(mariadbd|mysqld)$/.test(program)) return 'database'
  return /(redis|valkey)-/.test(program) ? 'cache' : undefined
}

function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return ''
  }
}

function readAll(names: ReadonlyMap<number, string>): ReadonlyMap<string, Reading> {
  const readings = new Map<string, Reading>()
  for (const [pid, name] of names) {
    const stat = readStat(pid)
    if (stat === undefined) continue
    const { cpuSeconds, memoryMiB } = readings.get(name) ?? { cpuSeconds: 0, memoryMiB: 0 }
    readings.set(name, {
      cpuSeconds: cpuSeconds + (Number(stat[11]) + Number(stat[12])) / TICKS,
      memoryMiB: memoryMiB + Number(stat[21]) * PAGE_MIB,
    })
  }
  return readings
}

/** The fields of /proc/…/stat behind the program's name, which may itself have spaces: [1] is the parent. */
function readStat(pid: number): string[] | undefined {
  const text = read(pid, 'stat')
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Empty if the process has ended, or is not ours to read. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
