import type { Step } from './run-steps.ts'

const FOLDER = 'knative/local/check/packages'

/** The checks of the packages that are used: their licences. */
export function packageSteps(): Step[] {
  const node = (...args: string[]): [string, ...string[]] => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...args,
  ]
  return [{ title: 'licences of packages', command: node(`${FOLDER}/check-licences.ts`) }]
}
