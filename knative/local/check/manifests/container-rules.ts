import { coresOf, gibOf } from './amount.ts'
import type { Complaint } from './fault.ts'
import { CONTAINER, type Service, type Surroundings } from './service.ts'

/** queue-proxy's quiet period: a pod that ends gives its process the rest of timeoutSeconds. */
const QUIET_SECONDS = 30
/** From SIGTERM to SIGKILL on Cloud Run. */
const CLOUD_RUN_END_SECONDS = 10

/** A container never asks for more than it may have. */
export function resourceFaults({ spec }: Pick<Service, 'spec'>): Complaint[] {
  const { requests, limits } = spec.template.spec.containers[0].resources
  if (requests === undefined) return []
  const faults: Complaint[] = []
  const complain = (name: 'cpu' | 'memory') =>
    faults.push([
      `${CONTAINER}.resources.requests.${name}`,
      `must be at most the limit: ${requests[name]} is more than ${limits[name]}`,
    ])
  if (coresOf(requests.cpu) > coresOf(limits.cpu)) complain('cpu')
  if (gibOf(requests.memory) > gibOf(limits.memory)) complain('memory')
  return faults
}

/**
 * Probes ask what the function answers to anybody. What liveness asks readiness asks too: else a pod that is about to be
 * ended still gets requests.
 */
export function probeFaults({ metadata, spec }: Service, { functions }: Surroundings): Complaint[] {
  const { startupProbe, readinessProbe, livenessProbe } = spec.template.spec.containers[0]
  const open = functions.get(metadata.name)?.openPaths ?? []
  const faults: Complaint[] = []
  for (const [name, probe] of Object.entries({ startupProbe, readinessProbe, livenessProbe })) {
    if (probe === undefined || open.includes(probe.httpGet.path)) continue
    const answers = `${metadata.name} answers ${probe.httpGet.path} to nobody without a token`
    faults.push([`${CONTAINER}.${name}.httpGet.path`, `${answers}; it answers ${open.join(', ')}`])
  }
  const asked = readinessProbe ?? startupProbe
  if (
    asked !== undefined &&
    livenessProbe !== undefined &&
    asked.httpGet.path !== livenessProbe.httpGet.path
  ) {
    const message = `must ask what readiness asks, ${asked.httpGet.path}: a pod that is not alive must get no requests`
    faults.push([`${CONTAINER}.livenessProbe.httpGet.path`, message])
  }
  return faults
}

/** The process may finish what it has before the platform kills it. */
export function shutdownFaults(
  { metadata, spec }: Service,
  { platform, functions }: Surroundings,
): Complaint[] {
  const { timeoutSeconds, containers } = spec.template.spec
  const entry = containers[0].env.find(({ name }) => name === 'SHUTDOWN_SECONDS')
  const fallback = functions.get(metadata.name)?.variables.get('SHUTDOWN_SECONDS')?.fallback
  const seconds = Number(entry?.value ?? fallback)
  const left = platform === 'cloud-run' ? CLOUD_RUN_END_SECONDS : timeoutSeconds - QUIET_SECONDS
  if (seconds <= left) return []
  const why =
    platform === 'cloud-run'
      ? 'Cloud Run kills an instance after that'
      : `${timeoutSeconds} s of timeoutSeconds less the ${QUIET_SECONDS} s that queue-proxy waits`
  return [[`${CONTAINER}.env[SHUTDOWN_SECONDS]`, `must be at most ${left}, not ${seconds}: ${why}`]]
}
