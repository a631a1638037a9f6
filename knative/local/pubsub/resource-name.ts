import { invalidArgument, type ServiceError } from './service-error.ts'

/** The `topic` of a subscription whose topic was deleted (google.pubsub.v1 Subscription.topic). */
export const DELETED_TOPIC = '_deleted-topic_'

// A letter, then letters, digits and - _ . ~ + %, 3 to 255 in all (google.pubsub.v1 Topic.name).
const IDENTIFIER = /^[A-Za-z][-A-Za-z0-9_.~+%]{2,254}$/
// Also domain-scoped projects, `example.com:my-project`.
const PROJECT = /^projects\/[A-Za-z0-9][-A-Za-z0-9.:]*$/

/** Throws INVALID_ARGUMENT unless `name` is `projects/{project}/{collection}/{identifier}` by the service's rules. */
export function checkName(name: string, collection: 'topics' | 'subscriptions'): void {
  const [projects, project, kind, identifier, ...rest] = name.split('/')
  const wellFormed =
    PROJECT.test(`${projects}/${project}`) &&
    kind === collection &&
    identifier !== undefined &&
    IDENTIFIER.test(identifier) &&
    !identifier.startsWith('goog') &&
    rest.length === 0
  if (!wellFormed) throw invalidName(name)
}

/** Throws INVALID_ARGUMENT unless `name` is `projects/{project}`. */
export function checkProject(name: string): void {
  if (!PROJECT.test(name)) throw invalidName(name)
}

function invalidName(name: string): ServiceError {
  return invalidArgument(
    `Invalid resource name given (name=${name}). Refer to https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names for more information.`,
  )
}

/** The project and the last part of a checked name. */
export function splitName(name: string): { project: string; identifier: string } {
  const [, project = '', , identifier = ''] = name.split('/')
  return { project, identifier }
}
