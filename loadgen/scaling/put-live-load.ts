import { setTimeout as pause } from 'node:timers/promises'
import type { SecondSample } from '../../knative/local/serving/kpa/second-sample.ts'
import type { Progress } from '../command/show-progress.ts'
import { httpPath } from '../load/http-path.ts'
import type { ScaledStack } from '../load/load-stack.ts'
import { type Send, sendWhenDue } from '../load/models.ts'
import { type ProcessSamples, sampleProcesses } from '../load/sample-processes.ts'
import { transferSender } from '../load/send-transfers.ts'
import type { LiveOptions } from './live-options.ts'
import type { LiveSeconds } from './live-seconds.ts'
import { liveSender, type Sending } from './live-sender.ts'
import { makeArrivals } from './make-requests.ts'
import { measureMachine } from './measure-machine.ts'

export type Playing = LiveOptions &
  Sending & {
    readonly gathered: LiveSeconds
    /** When the lead-in begins. */
    readonly beginMs: number
  }

export type Played = {
  readonly processes: ProcessSamples
  /** How many milliseconds after its moment each request was sent, in ascending order. */
  readonly lateness: Float64Array
  /** Of all cores, by whatever ran: from 0 to 1. */
  readonly machineUse: number
}

/** For the reads of `status` to have something to read. */
const TRANSFERS_TO_READ = 100
/** The activator holds 10,000, and instances have as many again in their queues: more than that answer 503. */
const MOST_UNANSWERED = 20_000

/** Sends as the lead-in and the profile say, whatever is answered, and looks at the function each second. */
export async function putLiveLoad(stack: ScaledStack, playing: Playing): Promise<Played> {
  const { name, profile, beginMs, leadInSeconds, measures, gathered } = playing
  const seconds = leadInSeconds + profile.seconds
  const lateness: number[] = []
  const send = liveSender(name, playing)
  const noting: Send = (intendedMs, onAnswered) => {
    gathered.arrived(intendedMs)
    lateness.push(performance.now() - intendedMs)
    send(intendedMs, onAnswered)
  }
  const failure = new AbortController()
  const interrupted = AbortSignal.any([playing.interrupted, failure.signal])
  const watching = watch(stack, { ...playing, interrupted }, seconds).catch(error => failure.abort(error))
  // Instances come and go.
  const sampling = sampleProcesses(stack.pid, { samplesALook: 1 })
  const machineUse = measureMachine()
  try {
    if (name === 'status') sendTransfers(playing)
    await sendWhenDue({
      ...{ interrupted, most: MOST_UNANSWERED, send: noting, endMs: beginMs + seconds * 1000 },
      dueMs: dueMoments(playing),
      onShed: intendedMs => {
        gathered.arrived(intendedMs)
        measures.shed(intendedMs, 1)
      },
    })
    await watching
    interrupted.throwIfAborted()
    const ascending = Float64Array.from(lateness).sort()
    return { processes: sampling.samples, lateness: ascending, machineUse: machineUse() }
  } finally {
    sampling.end()
    failure.abort()
    await watching
  }
}

function* dueMoments(playing: Playing): Generator<number> {
  for (const { atMs } of makeArrivals(playing)) yield playing.beginMs + atMs
}

function sendTransfers({ http, transfers, journal, measures, beginMs }: Playing): void {
  const send = transferSender(httpPath(http, transfers), journal, measures)
  for (let count = 0; count < TRANSFERS_TO_READ; count += 1) send(beginMs, () => undefined)
}

/** Looks at the end of each second; one that it is late for gets what is then. Rejects if the stack has ended. */
async function watch(stack: ScaledStack, playing: Playing, seconds: number): Promise<void> {
  const { gathered, beginMs, interrupted, leadInSeconds, show } = playing
  const progress = show(`seconds, ${leadInSeconds} of them before the profile`, seconds)
  try {
    for (let second = 0; second < seconds && !interrupted.aborted; second += 1) {
      const waitMs = beginMs + (second + 1) * 1000 - performance.now()
      if (waitMs > 0) await pause(waitMs, undefined, { signal: interrupted })
      gathered.look(second, await stack.look())
      step(progress, gathered.samples[second])
    }
  } catch (error) {
    if (!interrupted.aborted) throw error
  } finally {
    progress.stop()
  }
}

function step(progress: Progress, sample: SecondSample | undefined): void {
  if (sample === undefined) return
  const { arrived, ready, wanted, inFlight, queued, refused, timedOut, failed } = sample
  const failures = refused + timedOut + failed
  progress.step(
    `${arrived} arrived, ${ready} of ${wanted} instances, ${inFlight} in flight, ${queued} waiting, ${failures} failed`,
  )
}
