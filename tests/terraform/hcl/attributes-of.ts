import type { Body } from './read-module.ts'

/**
 * The attributes of a variable that is an object, undefined of any other. Terraform drops without a word what is given
 * besides, so a misspelled one would be believed to hold.
 */
export function attributesOf(variable: Body | undefined): readonly string[] | undefined {
  const type = String(variable?.['type'])
  if (!/^\$\{\s*object\(/.test(type)) return undefined
  return [...type.matchAll(/(\w+)\s*=\s*(?:optional\(|number|string|bool|list|map|set|any)/g)].map(
    ([, name = '']) => name,
  )
}
