import { invalidArgument } from './service-error.ts'
import type { PushConfig } from './wire.ts'

/**
 * Null for pull, which an empty push configuration means too. Plain http is allowed, unlike in the service. Throws
 * INVALID_ARGUMENT (google.pubsub.v1 PushConfig).
 */
export function checkPushConfig(push: PushConfig | null): PushConfig | null {
  if (push === null || push.pushEndpoint === '') return null
  const url = URL.canParse(push.pushEndpoint) ? new URL(push.pushEndpoint) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw invalidArgument(`Invalid push endpoint given (endpoint=${push.pushEndpoint}).`)
  }
  const version = push.attributes['x-goog-version'] ?? 'v1'
  if (version !== 'v1' && version !== 'v1beta2') {
    throw invalidArgument(`Invalid push endpoint version given in push config (version=${version}).`)
  }
  if (push.oidcToken && !push.oidcToken.serviceAccountEmail.includes('@')) {
    throw invalidArgument(
      'You have passed an invalid argument to the service (argument=PushConfig::oidc_token::service_account_email).',
    )
  }
  return push
}
