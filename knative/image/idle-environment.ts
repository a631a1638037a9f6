/**
 * Enough for any function to start and answer /healthz without talking to anybody: nothing listens on port 1. For the build
 * of the image and for measuring starts.
 */
export const idleEnvironment: Readonly<Record<string, string>> = {
  PORT: '0',
  MYSQL_URL: 'mysql://nobody@127.0.0.1:1/nothing',
  REDIS_URL: 'redis://127.0.0.1:1',
  PUBSUB_PROJECT_ID: 'nothing',
  PUBSUB_EMULATOR_HOST: '127.0.0.1:1',
  PUSH_ISSUER: 'nobody',
  PUSH_JWKS_URL: 'http://127.0.0.1:1',
  PUSH_AUDIENCE: 'nobody',
  PUSH_SERVICE_ACCOUNT: 'nobody',
  CALLER_ISSUER: 'nobody',
  CALLER_JWKS_URL: 'http://127.0.0.1:1',
  CALLER_AUDIENCE: 'nobody',
}
