import { certificates } from './certificates.ts'
import { address, fraction, oneOf, text, wholeNumber } from './variable-kinds.ts'

/** Where a function's telemetry goes; OpenTelemetry's own names. Its exporters read further ones themselves, such as headers. */
const telemetryVariables = {
  otlpEndpoint: address('OTEL_EXPORTER_OTLP_ENDPOINT', {
    about:
      'where metrics and traces are sent, over OTLP/HTTP; empty: nowhere, and OpenTelemetry is not loaded',
    schemes: ['http', 'https'],
    fallback: '',
  }),
  traceRatio: fraction('OTEL_TRACES_SAMPLER_ARG', {
    about: 'part of the traces that is recorded; one that a caller records is recorded here too',
    // At 10,000 transactions a second, 20 a request, five requests a second.
    fallback: '0.01',
  }),
  metricMilliseconds: wholeNumber('OTEL_METRIC_EXPORT_INTERVAL', {
    about: 'how often metrics are sent',
    unit: 'milliseconds',
    fallback: '60000',
    min: 100,
    max: 3_600_000,
  }),
} as const

/** What every function reads. */
export const processVariables = {
  port: wholeNumber('PORT', { about: 'port to listen on', fallback: '8080', min: 0, max: 65_535 }),
  logLevel: oneOf('LOG_LEVEL', {
    about: 'least severe log line written',
    fallback: 'info',
    words: ['debug', 'info', 'warn', 'error'],
  }),
  maxBodyBytes: wholeNumber('MAX_BODY_BYTES', {
    about: 'largest request body',
    unit: 'bytes',
    // A push of 1,000 transactions of 300 bytes, in base64, is 400 kB.
    fallback: '2097152',
    min: 1024,
    max: 33_554_432,
  }),
  requestSeconds: wholeNumber('REQUEST_SECONDS', {
    about: 'how long a request may take to arrive',
    unit: 'seconds',
    fallback: '30',
    min: 1,
    max: 600,
  }),
  shutdownSeconds: wholeNumber('SHUTDOWN_SECONDS', {
    about: 'time that requests in flight have to finish after SIGTERM',
    unit: 'seconds',
    fallback: '25',
    min: 1,
    max: 600,
  }),
  ...telemetryVariables,
} as const

export const mysqlVariables = {
  mysqlUrl: address('MYSQL_URL', { about: 'the database', schemes: ['mysql'] }),
  mysqlCa: certificates('MYSQL_CA', "the database's own CA; with it, TLS and nothing else"),
  mysqlPoolSize: wholeNumber('MYSQL_POOL_SIZE', {
    about: 'most connections of this process',
    fallback: '4',
    min: 1,
    max: 100,
  }),
  mysqlLockWaitSeconds: wholeNumber('MYSQL_LOCK_WAIT_SECONDS', {
    about: 'how long a statement waits for a row lock',
    unit: 'seconds',
    fallback: '5',
    min: 1,
    max: 60,
  }),
  mysqlAcquireMilliseconds: wholeNumber('MYSQL_ACQUIRE_MILLISECONDS', {
    about: 'how long a request waits for a connection',
    unit: 'milliseconds',
    fallback: '3000',
    min: 100,
    max: 60_000,
  }),
  retrySeconds: wholeNumber('RETRY_SECONDS', {
    about: 'how long transient faults are retried before the caller is told',
    unit: 'seconds',
    fallback: '15',
    min: 1,
    max: 300,
  }),
} as const

export const redisVariables = {
  redisUrl: address('REDIS_URL', { about: 'the cache', schemes: ['redis', 'rediss'] }),
  redisCa: certificates('REDIS_CA', "the cache's own CA; with it, TLS and nothing else"),
  redisKeyPrefix: text('REDIS_KEY_PREFIX', {
    about: 'what every key begins with, so that systems can share a cache',
    fallback: 'settle:',
  }),
  redisCommandMilliseconds: wholeNumber('REDIS_COMMAND_MILLISECONDS', {
    about: 'how long the cache may take before the database is asked',
    unit: 'milliseconds',
    fallback: '100',
    min: 1,
    max: 10_000,
  }),
} as const

export const pubsubVariables = {
  projectId: text('PUBSUB_PROJECT_ID', { about: 'project of the topics' }),
  emulatorHost: text('PUBSUB_EMULATOR_HOST', {
    about: "host and port of an emulator to publish to; empty: Google's Pub/Sub",
    fallback: '',
  }),
  publishMilliseconds: wholeNumber('PUBLISH_MILLISECONDS', {
    about: 'total deadline of one publish',
    unit: 'milliseconds',
    fallback: '3000',
    min: 100,
    max: 60_000,
  }),
  pendingTopic: text('PENDING_TOPIC', {
    about: 'topic that rings for groups with work',
    fallback: 'transactions-pending',
  }),
  resultsTopic: text('RESULTS_TOPIC', { about: 'topic of final states', fallback: 'transaction-results' }),
  orderingGroups: wholeNumber('ORDERING_GROUPS', {
    about: 'number of ordering groups that new transactions are spread over',
    fallback: '8',
    min: 1,
    max: 65_536,
  }),
} as const

/** Who may call: without all of these, a function that answers callers refuses to start. */
export const callerVariables = {
  callerIssuer: text('CALLER_ISSUER', { about: "issuer of callers' tokens" }),
  callerJwksUrl: address('CALLER_JWKS_URL', {
    about: "the issuer's public keys",
    schemes: ['https', 'http'],
  }),
  callerAudience: text('CALLER_AUDIENCE', { about: "audience that callers' tokens must carry" }),
  rateLimitRequests: wholeNumber('RATE_LIMIT_REQUESTS', {
    about: 'most requests of one caller within RATE_LIMIT_SECONDS, to all functions together',
    fallback: '1000',
    min: 1,
    max: 10_000_000,
  }),
  rateLimitSeconds: wholeNumber('RATE_LIMIT_SECONDS', {
    about: 'how long a caller that sent too much waits at most',
    unit: 'seconds',
    fallback: '1',
    min: 1,
    max: 3600,
  }),
} as const

/** Who may push: without all of these, a function that takes pushes refuses to start. */
export const pushVariables = {
  pushIssuer: text('PUSH_ISSUER', { about: 'issuer of push tokens' }),
  pushJwksUrl: address('PUSH_JWKS_URL', { about: "the issuer's public keys", schemes: ['https', 'http'] }),
  pushAudience: text('PUSH_AUDIENCE', { about: 'audience that push tokens must carry' }),
  pushServiceAccount: text('PUSH_SERVICE_ACCOUNT', { about: 'e-mail that push tokens must carry' }),
  ackDeadlineSeconds: wholeNumber('ACK_DEADLINE_SECONDS', {
    about: "the push subscription's acknowledgement deadline",
    unit: 'seconds',
    fallback: '60',
    min: 10,
    max: 600,
  }),
} as const

/** What every function reads that drains groups. */
export const drainVariables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...pubsubVariables,
  ...pushVariables,
  drainBatchSize: wholeNumber('DRAIN_BATCH_SIZE', {
    about: 'most transactions applied in one SQL transaction',
    // A backlog is drained at 24,500 a second by 4,000 a step, at 18,300 by 1,000 (`npm run bench`); others wait 0.2 s for it.
    fallback: '4000',
    min: 1,
    max: 10_000,
  }),
} as const
