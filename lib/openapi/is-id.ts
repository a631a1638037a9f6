import { validatorOf } from './validator.ts'

const validate = validatorOf('Id')

/**
 * Says whether a text can be an id at all. What cannot names nothing: it is not looked up, since the database would
 * refuse to compare it with its ids, which are ASCII.
 */
export function isId(text: string): boolean {
  return validate(text).length === 0
}
