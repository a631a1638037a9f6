import { expect, test } from '@jest/globals'
import { parseConfig } from '../../../lib/config/parse-config.ts'
import { address, oneOf, text, wholeNumber } from '../../../lib/config/variable-kinds.ts'

const variables = {
  url: address('URL', { about: 'where', schemes: ['mysql'] }),
  name: text('NAME', { about: 'who' }),
  size: wholeNumber('SIZE', { about: 'how many', fallback: '3', min: 1, max: 9 }),
  level: oneOf('LEVEL', { about: 'how loud', fallback: 'low', words: ['low', 'high'] }),
}
const sound = { URL: 'mysql://u:secret@h/d', NAME: 'n' }

test('reads what is set and takes the fallback for what is not', () => {
  expect(parseConfig(variables, { ...sound, SIZE: '7' })).toEqual({
    url: sound.URL,
    name: 'n',
    size: 7,
    level: 'low',
  })
})

test('reports all faults together, and no value that may be secret', () => {
  const wrong = { URL: 'postgres://u:secret@h', SIZE: '10', LEVEL: 'loud' }
  const attempt = () => parseConfig(variables, wrong)
  expect(attempt).toThrow(/URL.*NAME is not set.*SIZE.*LEVEL/)
  expect(attempt).not.toThrow(/secret/)
})

test.each(['', '0', '10', '-1', '1.5', '1e0', ' 1', 'x'])('takes %p for no size from 1 to 9', value => {
  const config = () => parseConfig(variables, { ...sound, SIZE: value })
  if (value === '') expect(config().size).toBe(3)
  else expect(config).toThrow('SIZE must be a whole number from 1 to 9')
})

test('refuses values that are sound alone but not together', () => {
  const relations = ({ size }: { size: number }) => ({ 'SIZE < 3': size < 3 })
  expect(() => parseConfig(variables, sound, relations)).toThrow('SIZE < 3 does not hold')
  expect(parseConfig(variables, { ...sound, SIZE: '2' }, relations).size).toBe(2)
})
