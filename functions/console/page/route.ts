/** Where the reader is. */
export type Route =
  | { readonly screen: 'overview' }
  | { readonly screen: 'find'; readonly id: string }
  | { readonly screen: 'transaction'; readonly id: string }
  | { readonly screen: 'account'; readonly id: string }
  | { readonly screen: 'dead-letters'; readonly state: LetterState | undefined }
  | { readonly screen: 'dead-letter'; readonly id: string }
  | { readonly screen: 'test-transfer' }
  | { readonly screen: 'nowhere' }

export const LETTER_STATES = ['OPEN', 'REPLAYED', 'DISCARDED'] as const
export type LetterState = (typeof LETTER_STATES)[number]

/** Reads the part of the address after `#`. What names no screen is `nowhere`, never an error. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const [, name = '', part = '', ...more] = path.split('/')
  const id = decode(part)
  if (id === undefined || more.length > 0) return { screen: 'nowhere' }
  if (id === '') return parseList(name, new URLSearchParams(query))
  switch (name) {
    case 'find':
      return { screen: 'find', id }
    case 'transactions':
      return { screen: 'transaction', id }
    case 'accounts':
      return { screen: 'account', id }
    case 'dead-letters':
      return { screen: 'dead-letter', id }
  }
  return { screen: 'nowhere' }
}

export const addressOf = {
  overview: '#/',
  testTransfer: '#/test-transfer',
  find: (id: string) => `#/find/${encodeURIComponent(id)}`,
  transaction: (id: string) => `#/transactions/${encodeURIComponent(id)}`,
  account: (id: string) => `#/accounts/${encodeURIComponent(id)}`,
  deadLetter: (id: number | string) => `#/dead-letters/${id}`,
  deadLetters: (state?: LetterState) =>
    state === undefined ? '#/dead-letters' : `#/dead-letters?state=${state}`,
} as const

function parseList(name: string, query: URLSearchParams): Route {
  if (name === '') return { screen: 'overview' }
  if (name === 'test-transfer') return { screen: 'test-transfer' }
  if (name !== 'dead-letters') return { screen: 'nowhere' }
  return { screen: 'dead-letters', state: LETTER_STATES.find(state => state === query.get('state')) }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
