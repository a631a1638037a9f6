import { PubSub } from '@google-cloud/pubsub'
import type { PushSubscription, Wiring } from './wiring.ts'

export type TopologyOptions = {
  readonly projectId: string
  readonly wiring: Wiring
  /** The address inside the cluster of each function. */
  readonly functionUrls: ReadonlyMap<string, string>
  readonly pushServiceAccount: string
}

/** Creates the topics and push subscriptions on the Pub/Sub that PUBSUB_EMULATOR_HOST names. */
export async function createTopology(options: TopologyOptions): Promise<void> {
  const client = new PubSub({ projectId: options.projectId })
  try {
    for (const topic of options.wiring.topics) await client.createTopic(topic)
    for (const subscription of options.wiring.subscriptions)
      await createSubscription(client, options, subscription)
  } finally {
    await client.close()
  }
}

async function createSubscription(
  client: PubSub,
  options: TopologyOptions,
  rule: PushSubscription,
): Promise<void> {
  const url = options.functionUrls.get(rule.function)
  if (url === undefined)
    throw new Error(`knative/wiring.yaml: ${rule.name} pushes to unknown ${rule.function}`)
  const { deadLetter, retry } = rule
  await client.topic(rule.topic).createSubscription(rule.name, {
    enableMessageOrdering: rule.ordered,
    ackDeadlineSeconds: rule.ackDeadlineSeconds,
    retryPolicy: {
      minimumBackoff: { seconds: retry.minimumSeconds },
      maximumBackoff: { seconds: retry.maximumSeconds },
    },
    ...(deadLetter && {
      deadLetterPolicy: {
        deadLetterTopic: `projects/${options.projectId}/topics/${deadLetter.topic}`,
        maxDeliveryAttempts: deadLetter.maxDeliveryAttempts,
      },
    }),
    pushConfig: {
      pushEndpoint: `${url}${rule.path}`,
      oidcToken: { serviceAccountEmail: options.pushServiceAccount, audience: `settle-${rule.function}` },
    },
  })
}
