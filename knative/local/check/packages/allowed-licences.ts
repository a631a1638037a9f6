import type { LicenceRules } from './licence-faults.ts'

/**
 * What packages may be licensed under, by SPDX's names: licences that ask for no more than their notice. In the image they are given
 * to others; the rest stays on the machines that build and test.
 */
export const RULES: LicenceRules = {
  inImage: ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'CC0-1.0'],
  elsewhere: ['0BSD', 'BlueOak-1.0.0', 'Zlib'],
  exceptions: {
    'spdx-exceptions': {
      licence: 'CC-BY-3.0',
      reason:
        'A list of names, unchanged; its package.json, which the image has, gives the credit that is asked for.',
    },
    'caniuse-lite': { licence: 'CC-BY-4.0', reason: 'Data that Babel reads below Jest; given to nobody.' },
    'axe-core': { licence: 'MPL-2.0', reason: 'Tests run it unchanged; given to nobody.' },
    '@cdktn/hcl2json': { licence: 'MPL-2.0', reason: 'Tests run it unchanged; given to nobody.' },
  },
}
