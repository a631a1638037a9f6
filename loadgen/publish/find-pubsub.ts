import { findRunningStack, type RunningStack } from '../../knative/local/running-stack.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { PubsubPlace } from '../service/producer.ts'

/** The project of the manifests in `knative/services`. */
const PROJECT_ID = 'settle'

export type Given = {
  /** `host:port`, or the same as a URL. */
  readonly url?: string | undefined
  readonly projectId?: string | undefined
}

/** Finds Pub/Sub: where the flags say, else where PUBSUB_EMULATOR_HOST says, else that of `npm start`. */
export function findPubsub(
  { url, projectId }: Given,
  env: NodeJS.ProcessEnv = process.env,
  findStack: () => RunningStack | undefined = findRunningStack,
): PubsubPlace {
  const running = findStack()
  const host = url || env['PUBSUB_EMULATOR_HOST'] || running?.pubsubHost
  if (host === undefined) {
    throw new ExpectedError('No Pub/Sub is running: start it with npm start, or set PUBSUB_EMULATOR_HOST.')
  }
  return {
    host: host.replace(/^\w+:\/\//, '').replace(/\/$/, ''),
    projectId: projectId ?? running?.projectId ?? PROJECT_ID,
  }
}
