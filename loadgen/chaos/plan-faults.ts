import { draw, PURPOSE } from '../random/draw.ts'
import { KINDS, type Kind, type KindName } from './kinds.ts'

/** A fault that is to come. */
export type PlannedFault = {
  readonly kind: KindName
  readonly target: string
  /** From the begin of the load. */
  readonly atSeconds: number
  readonly forSeconds: number
}

export type PlanOptions = {
  readonly seed: number
  /** How long the load lasts. */
  readonly seconds: number
  readonly kinds: readonly KindName[]
}

/** Between the end of a fault and the next one: long enough that most are over, short enough that some are not. */
const PAUSE_SECONDS = [3, 7] as const
/** So many of a hundred begin while the one before lasts, if they hit something else. */
const OVERLAPPING_PERCENT = 15
/** The load goes on for so long after the last one, which shows the recovery. */
const CALM_SECONDS = 8
const FIRST_SECONDS = 3

/**
 * Draws the faults of a run: which, when, how long, and of whom. Kinds come as from a pack of cards that is shuffled anew when
 * it is empty, so that a run that is long enough has them all.
 */
export function planFaults({ seed, seconds, kinds }: PlanOptions): PlannedFault[] {
  const next = drawsOf(seed)
  const faults: PlannedFault[] = []
  let pack: KindName[] = []
  // If all of them may come only later, they do.
  let atSeconds = Math.max(FIRST_SECONDS, Math.min(...kinds.map(name => fromSecondsOf(name))))
  for (;;) {
    // What may not come yet goes into the next pack, as all do.
    if (pick(pack, atSeconds) === undefined) pack = shuffled(kinds, next)
    const name = pick(pack, atSeconds)
    if (name === undefined) return faults
    pack = pack.filter(card => card !== name)
    const { seconds: span, targets }: Kind = KINDS[name]
    const forSeconds = between(span, next())
    const target = targets[Math.floor(next() * targets.length)] ?? ''
    if (atSeconds + forSeconds > seconds - CALM_SECONDS) return faults
    faults.push({ kind: name, target, atSeconds, forSeconds })
    atSeconds = nextMoment(faults, pack, next)
  }
}

/** After the end of all so far and a pause; or within the last one. */
function nextMoment(faults: readonly PlannedFault[], pack: readonly KindName[], next: () => number): number {
  const endSeconds = Math.max(...faults.map(({ atSeconds, forSeconds }) => atSeconds + forSeconds))
  const later = endSeconds + between(PAUSE_SECONDS, next())
  const isToOverlap = next() * 100 < OVERLAPPING_PERCENT
  const [last, before] = [faults.at(-1), faults.at(-2)]
  if (!isToOverlap || last === undefined || last.forSeconds === 0) return later
  // Two at once, never three.
  if (before !== undefined && before.atSeconds + before.forSeconds > last.atSeconds) return later
  const soon = Math.round((last.atSeconds + last.forSeconds / 2) * 10) / 10
  const coming = pick(pack, soon)
  return coming === undefined || KINDS[coming].area === KINDS[last.kind].area ? later : soon
}

/** The first card that may come at this moment. */
function pick(pack: readonly KindName[], atSeconds: number): KindName | undefined {
  return pack.find(name => fromSecondsOf(name) <= atSeconds)
}

function fromSecondsOf(name: KindName): number {
  return (KINDS[name] as Kind).fromSeconds ?? 0
}

function shuffled(kinds: readonly KindName[], next: () => number): KindName[] {
  return kinds
    .map(name => ({ name, place: next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ name }) => name)
}

function between([least, most]: readonly [number, number], u: number): number {
  return Math.round((least + u * (most - least)) * 10) / 10
}

function drawsOf(seed: number): () => number {
  let index = 0
  return () => {
    index += 1
    return draw(seed, index, PURPOSE.fault)
  }
}
