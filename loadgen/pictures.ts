import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findService } from './client/find-service.ts'
import { wholeNumber } from './command/flag-values.ts'
import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { takeAll } from './pictures/take-all.ts'
import { findPubsub } from './publish/find-pubsub.ts'
import { draw } from './random/draw.ts'
import { openProducer } from './service/producer.ts'

const USAGE = `npm run pictures          a picture of each screen of the console, of what npm start runs, with traffic of its own
  --out docs/console      where to
  --seconds 240           how long there is traffic before the overview is taken; its charts show the last 300
  --seed 1                of the traffic`

const PUBLISH_SECONDS = 20

type Flags = { readonly out: string; readonly seconds: number; readonly seed: number }

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: fileURLToPath(new URL('../docs/console', import.meta.url)) },
      seconds: { type: 'string', default: '240' },
      seed: { type: 'string', default: '1' },
    },
  })
  return {
    out: values.out,
    seconds: wholeNumber('seconds', values.seconds, 5),
    seed: wholeNumber('seed', values.seed, 0),
  }
}

async function takePictures({ out, seconds, seed }: Flags, interrupted: AbortSignal): Promise<number> {
  const service = await findService({ sub: 'olga' })
  const producer = await openProducer(findPubsub({}), PUBLISH_SECONDS)
  try {
    mkdirSync(out, { recursive: true })
    // Not by the seed: the same ids again would be the same transactions.
    const run = Math.floor(draw(Date.now(), 0, 0) * 36 ** 4).toString(36)
    const progress = showProgress('seconds of traffic', seconds)
    await takeAll({
      ...{ service, producer, out, seconds, seed, run, interrupted },
      onSecond: () => progress.step(),
      onTraffic: () => progress.stop(),
      onPicture: (name, bytes) => console.log(`${name}.png: ${Math.ceil(bytes / 1000)} kB`),
    })
    return 0
  } finally {
    await producer.close()
  }
}

await runCommand(USAGE, readFlags, takePictures)
