import { parseArgs } from 'node:util'
import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { findPubsub } from './publish/find-pubsub.ts'
import { publishFile } from './publish/publish-file.ts'
import { countEvents } from './publish/read-events.ts'
import { openProducer } from './service/producer.ts'

const USAGE = `npm run publish -- FILE.ndjson    publishes transactions, one JSON object a line, to the topic transactions
  --url HOST:PORT                 Pub/Sub, if neither PUBSUB_EMULATOR_HOST nor npm start says where
  --project PROJECT               its project (settle)`

const PUBLISH_SECONDS = 60

type Flags = {
  readonly file: string
  readonly url?: string | undefined
  readonly projectId?: string | undefined
}

function readFlags(): Flags {
  const { values, positionals } = parseArgs({
    options: { url: { type: 'string' }, project: { type: 'string' } },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new Error('Name one file.')
  return { file, url: values.url, projectId: values.project }
}

async function publish(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const { file } = flags
  // Read to its end first: of a file that is not whole, nothing is published.
  const events = await countEvents(file)
  const place = findPubsub(flags)
  const producer = await openProducer(place, PUBLISH_SECONDS)
  const progress = showProgress('transactions', events)
  const begin = performance.now()
  try {
    const published = await publishFile({ file, producer, interrupted, onPublished: () => progress.step() })
    progress.stop()
    const seconds = (performance.now() - begin) / 1000
    const rate = Math.round(published / Math.max(seconds, 0.001))
    console.log(
      `${published} transactions published to ${place.host} in ${seconds.toFixed(1)} s: ${rate} a second`,
    )
    return 0
  } finally {
    progress.stop()
    await producer.close()
  }
}

await runCommand(USAGE, readFlags, publish)
