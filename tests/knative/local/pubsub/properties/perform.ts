import { pull, takeBatch } from '../../../../../knative/local/pubsub/pull.ts'
import { ackAll, extendAll, nackAll } from './answer.ts'
import type { Command, Pick } from './command.ts'
import { pushTo, TOPIC } from './setting.ts'
import { type Held, NOBODY, type World } from './world.ts'

type Performers = { [Kind in Command['kind']]: (world: World, command: Command & { kind: Kind }) => unknown }

const PERFORMERS: Performers = {
  publish(world, { key, count }) {
    for (let each = 0; each < count; each += 1) {
      const { index } = world.auditor.published(key, world.nowMs)
      const draft = { data: Buffer.from(String(index)), attributes: {}, orderingKey: key }
      world.store.publish(world.store.topic(TOPIC), [draft])
    }
  },
  pull(world, { max }) {
    if (isPull(world)) world.pulled(takeBatch(world.subscription, max), max)
  },
  wait(world, { max }) {
    if (isPull(world)) waitFor(world, max)
  },
  ack: (world, { picks }) =>
    ackAll(
      world,
      picks.map(pick => find(world, pick)),
    ),
  nack: (world, { picks }) =>
    nackAll(
      world,
      picks.map(pick => find(world, pick)),
    ),
  extend(world, { changes }) {
    extendAll(world, new Map(changes.map(({ pick, seconds }) => [find(world, pick), seconds])))
  },
  refuse(world, { backwards, sparing }) {
    const refused = world.open.filter((_, index) => index !== sparing)
    for (const held of backwards ? refused.reverse() : refused) nackAll(world, [held])
  },
  crash(world) {
    world.hangUp()
    nackAll(
      world,
      world.open.filter(({ settle }) => settle),
    )
    world.forgetAll()
  },
  pass: (world, { ms }) => world.pass(ms),
  ring(world, { earlierMs }) {
    const [next = 0] = world.clock.pending()
    // A retention ends between two whole milliseconds.
    return world.pass(Math.max(0, Math.ceil(next) - earlierMs))
  },
  endpoint(world, { to }) {
    // The service refuses to push exactly once.
    if (world.auditor.setting.mode === 'exactly-once') return
    world.hangUp()
    world.store.updateSubscription(world.subscription, {
      ...world.subscription.config,
      pushConfig: pushTo(to),
    })
    world.startLimits()
  },
  seek(world, { message, offsetMs }) {
    const { histories } = world.auditor
    const at = message === null ? undefined : histories[message % Math.max(1, histories.length)]
    const timeMs = (at?.publishedMs ?? world.nowMs) + offsetMs
    world.auditor.sought(timeMs, world.nowMs)
    world.subscription.seek(timeMs)
  },
}

/** Does to the emulator what the command says, and tells the auditor. */
export async function perform<Kind extends Command['kind']>(
  world: World,
  command: Command & { kind: Kind },
): Promise<void> {
  await PERFORMERS[command.kind](world, command)
  await world.settle()
}

function isPull({ subscription }: World): boolean {
  return subscription.config.pushConfig === null
}

/** Without an answer, the subscriber has hung up, or the emulator has closed. */
function waitFor(world: World, max: number): void {
  const { subscription, clock } = world
  const hangUps: (() => void)[] = []
  const over = () => {
    for (const hangUp of hangUps) world.waiting.delete(hangUp)
  }
  const answer = pull(subscription, max, clock, hangUp => {
    hangUps.push(hangUp)
    world.waiting.add(hangUp)
  })
  answer.then(messages => {
    over()
    if (messages.length > 0) world.pulled(messages, max)
  }, over)
}

function find({ open, held }: World, { from, index }: Pick): Held {
  const among = from === 'open' ? open : from === 'ever' ? held : []
  return among[index % Math.max(1, among.length)] ?? NOBODY
}
