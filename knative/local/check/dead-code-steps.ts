import type { Step } from './run-steps.ts'

const KNIP = ['node_modules/knip/bin/knip.js', '--config', 'knative/local/check/knip.ts'] as const

/** Asked of everything, and of everything but tests: what only tests use is dead too. A setting that excuses nothing fails as well. */
export function deadCodeSteps(): Step[] {
  const knip = (...args: string[]): [string, ...string[]] => [
    process.execPath,
    ...KNIP,
    '--treat-config-hints-as-errors',
    ...args,
  ]
  return [
    {
      title: 'files, exports and packages that nothing uses',
      command: knip(),
      fix: 'remove them; what one file alone uses needs no export; what is used by its path is named in knative/local/check/knip.ts',
    },
    {
      title: 'files and exports that only tests use',
      command: knip('--production', '--files', '--exports'),
      fix: 'remove them with their tests, or move them to tests/support',
    },
  ]
}
