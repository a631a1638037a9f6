import { expect, test } from '@jest/globals'
import { certificates } from '../../../lib/config/certificates.ts'
import { parseConfig } from '../../../lib/config/parse-config.ts'
import { testAuthority } from '../../support/certificates.ts'

const variables = { ca: certificates('CA', 'whom to believe') }
const read = (CA?: string) => parseConfig(variables, { CA }).ca
const [first, second] = [testAuthority('first').ca, testAuthority('second').ca]

test('reads one certificate, several, and none when none is given', () => {
  expect(read(first)).toEqual([first.trim()])
  expect(read(`${first}\n${second}`)).toEqual([first.trim(), second.trim()])
  expect(read(first.replaceAll('\n', '\r\n'))).toHaveLength(1)
  expect(read()).toEqual([])
  expect(read('')).toEqual([])
})

const KEY = testAuthority('x').server.key

test.each([
  ['an address', 'https://example.com/ca.pem'],
  ['escaped line ends', JSON.stringify(first)],
  ['a certificate whose end is missing', first.slice(0, -30)],
  ['a second whose end is missing', first + second.slice(0, -30)],
  ['a key', KEY],
  ['a certificate, and a key', first + KEY],
  ['certificate lines of something else', first.replace(/\n.{64}\n/, '\nAAAA\n')],
])('refuses %s, and repeats nothing of it', (_, pem) => {
  expect(() => read(pem)).toThrow(
    /^configuration: CA (must be certificates in PEM|is not a certificate in PEM)/,
  )
  expect(() => read(pem)).not.toThrow(/MI|example/)
})
