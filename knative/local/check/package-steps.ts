import type { Step } from './run-steps.ts'

const FOLDER = 'knative/local/check/packages'

/** npm takes a second or two where the registry answers; nobody waits for one that does not. */
const SECONDS_AT_A_DESK = 15
const SECONDS_WHERE_REQUIRED = 120

/**
 * The checks of the packages that are used: their licences, and whether a fault of one is known. For that the npm registry is asked: at
 * a desk, which may be offline, it is said if it does not answer; where the audit is required, that is a failure.
 */
export function packageSteps({ requiresAudit }: { readonly requiresAudit: boolean }): Step[] {
  const node = (...args: string[]): [string, ...string[]] => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...args,
  ]
  const seconds = requiresAudit ? SECONDS_WHERE_REQUIRED : SECONDS_AT_A_DESK
  return [
    { title: 'licences of packages', command: node(`${FOLDER}/check-licences.ts`) },
    {
      title: 'known faults of packages',
      command: node(`${FOLDER}/check-audit.ts`, String(seconds)),
      mayGoUnjudged: !requiresAudit,
    },
  ]
}
