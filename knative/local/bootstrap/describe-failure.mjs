const TAIL_LINES = 25

/** @type {readonly (readonly [RegExp, string])[]} */
const ADVICE = [
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network/i,
    'npm could not reach its registry. Check the network (and the proxy, if there is one), then run the same command again.',
  ],
  [
    /ENOSPC/,
    'The disk is full. Make room (the packages take about 400 MB), then run the same command again.',
  ],
  [
    /EACCES|EPERM/,
    'npm may not write here. Make yourself the owner of this folder, then run the same command again.',
  ],
  [
    /in sync|EUSAGE/,
    'package.json and package-lock.json differ. Run "npm install" to renew the lock file, or take back your change.',
  ],
]

/**
 * What to tell when `npm ci` failed: the end of its own words, and what to do.
 *
 * @param {string} output
 */
export function describeFailure(output) {
  const advice = ADVICE.find(([pattern]) => pattern.test(output))?.[1] ?? 'Run "npm ci" to see it at work.'
  return `${output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}\n\nThe packages could not be installed. ${advice}`
}
