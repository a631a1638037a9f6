import type { Answer, Refusal } from './answer.ts'
import { type Figures, joinPoints, type Point, WINDOW_SECONDS } from './figures.ts'
import type { Known } from './money-state.ts'
import { backOff, Repeater, type Surroundings } from './repeater.ts'

type PendingSample = {
  readonly at: string
  readonly transactions: number | undefined
  readonly oldestSeconds: number | undefined
}

/** All that the overview knows. */
export type FeedState = Known & {
  /** The backlog at each answer: points do not carry it. */
  readonly pendingTrail: readonly PendingSample[]
  /** Why the last request brought nothing; undefined while they do. */
  readonly refusal: Refusal | undefined
}

export type FeedPorts = {
  readonly ask: (path: string, signal: AbortSignal) => Promise<Answer<Figures>>
  readonly surroundings: Surroundings
  readonly now: () => Date
  readonly onChange: () => void
}

const POLL_MILLISECONDS = 2000
const SLOWEST_MILLISECONDS = 15_000
/** Points are asked for again for as long as instances may still add to them. */
const OVERLAP_MILLISECONDS = 4000

/** Follows the figures by itself, over restarts of whatever answers them. */
export class FiguresFeed {
  readonly #ports: FeedPorts
  readonly #repeater: Repeater
  state: FeedState = {
    points: [],
    pendingTrail: [],
    latest: undefined,
    receivedAt: undefined,
    failures: 0,
    refusal: undefined,
  }

  constructor(ports: FeedPorts) {
    this.#ports = ports
    this.#repeater = new Repeater(ports.surroundings, signal => this.#poll(signal))
  }

  start(): void {
    this.#repeater.start()
  }

  stop(): void {
    this.#repeater.stop()
  }

  async #poll(signal: AbortSignal): Promise<number | undefined> {
    const answer = await this.#ports.ask(figuresPath(this.state.points), signal)
    if (signal.aborted) return undefined
    const failures = answer.ok ? 0 : this.state.failures + 1
    if (answer.ok) this.state = addFigures(this.state, answer.body, this.#ports.now())
    else this.state = { ...this.state, failures, refusal: answer }
    this.#ports.onChange()
    // A token that does not allow it never will.
    if (!answer.ok && answer.status === 403) return undefined
    return answer.ok ? POLL_MILLISECONDS : backOff(failures, POLL_MILLISECONDS, SLOWEST_MILLISECONDS)
  }
}

function figuresPath(points: readonly Point[]): string {
  const last = points.at(-1)
  if (last === undefined) return '/api/v1/figures'
  const since = new Date(Date.parse(last.at) - OVERLAP_MILLISECONDS).toISOString()
  return `/api/v1/figures?since=${encodeURIComponent(since)}`
}

function addFigures(state: FeedState, figures: Figures, receivedAt: Date): FeedState {
  const now = new Date(figures.at)
  const sample = {
    at: figures.at,
    transactions: figures.pending?.transactions,
    oldestSeconds: figures.pending?.oldestSeconds,
  }
  const oldest = now.getTime() - WINDOW_SECONDS * 1000
  return {
    points: joinPoints(state.points, figures.points, now),
    pendingTrail: [...state.pendingTrail, sample].filter(({ at }) => Date.parse(at) > oldest),
    latest: figures,
    receivedAt,
    failures: 0,
    refusal: undefined,
  }
}
