import type { Input, Operation } from './operations.ts'
import { flagOf } from './usage.ts'

export type ClientRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Puts each value where the description says. Throws a message for the person who gave them. */
export function buildRequest(
  { method, path, inputs }: Operation,
  values: Readonly<Record<string, string>>,
): ClientRequest {
  const given = inputs.flatMap(input => {
    const value = values[flagOf(input)]
    return value === undefined ? [] : [{ ...input, value }]
  })
  const at = (place: Input['place']) => given.filter(input => input.place === place)
  const missing = inputs.find(({ name, place }) => place === 'path' && values[name] === undefined)
  if (missing !== undefined) throw new Error(`${missing.name} is missing`)
  const filled = at('path').reduce(
    (whole, { name, value }) => whole.replace(`{${name}}`, encodeURIComponent(value)),
    path,
  )
  const query = new URLSearchParams(
    Object.fromEntries(at('query').map(({ name, value }) => [name, value])),
  ).toString()
  const takesBody = inputs.some(({ place }) => place === 'body')
  // Written by hand, so that a number stays as it was typed.
  const members = at('body').map(
    ({ name, value, isJson }) =>
      `${JSON.stringify(name)}:${isJson ? json(name, value) : JSON.stringify(value)}`,
  )
  return {
    method,
    path: query === '' ? filled : `${filled}?${query}`,
    headers: {
      ...Object.fromEntries(at('header').map(({ name, value }) => [name, value])),
      ...(takesBody && { 'content-type': 'application/json' }),
    },
    body: takesBody ? `{${members.join(',')}}` : undefined,
  }
}

function json(name: string, text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new Error(`--${name} ${text}: must be JSON`)
  }
}
