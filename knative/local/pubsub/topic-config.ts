import { checkDuration } from './duration.ts'
import { applyMask, type UpdateKind } from './field-mask.ts'
import { checkLabels } from './labels.ts'
import { checkName } from './resource-name.ts'
import { invalidArgument, unimplemented } from './service-error.ts'
import type { Store } from './store.ts'
import type { FieldMask, Topic } from './wire.ts'

// google.pubsub.v1 Topic.message_retention_duration: 10 minutes to 31 days.
const RETENTION = { minSeconds: 600, maxSeconds: 31 * 86_400 }

const UPDATE: UpdateKind = {
  request: 'UpdateTopicRequest',
  resource: 'Topic',
  fields: {
    labels: true,
    message_retention_duration: { seconds: 0, nanos: 0 },
    message_storage_policy: true,
    schema_settings: true,
    ingestion_data_source_settings: true,
    message_transforms: true,
    name: false,
    kms_key_name: false,
    tags: false,
  },
}

/** Throws INVALID_ARGUMENT for what the service refuses, UNIMPLEMENTED for what it does and the emulator does not. */
export function checkTopic(topic: Topic): Topic {
  checkName(topic.name, 'topics')
  checkLabels(topic.labels)
  if (topic.messageRetentionDuration) {
    checkDuration('message retention duration', topic.messageRetentionDuration, RETENTION)
  }
  if (topic.schemaSettings) throw unimplemented('schema_settings')
  if (topic.ingestionDataSourceSettings) throw unimplemented('ingestion_data_source_settings')
  if (topic.messageTransforms.length > 0) throw unimplemented('message_transforms')
  return topic
}

/** Changes the fields the mask names, checked as at creation; returns the result. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function updateTopic(
  store: Store,
  { topic: wanted, updateMask }: { topic: Topic | null; updateMask: FieldMask | null },
): Topic {
  if (wanted === null) throw invalidArgument('The topic is missing.')
  checkName(wanted.name, 'topics')
  const topic = store.topic(wanted.name)
  topic.update(checkTopic(applyMask(topic.config, wanted, updateMask, UPDATE)))
  return topic.config
}
