/** Where the token is kept: for this tab, until it is closed. */
export type TokenStore = {
  readonly read: () => string | undefined
  readonly keep: (token: string) => void
  readonly forget: () => void
}

const KEY = 'settle.token'

/** A browser may refuse its store; then the token is kept as long as the page is. */
export function tokenStore(storage: () => Storage): TokenStore {
  const attempt = <Result>(action: (store: Storage) => Result): Result | undefined => {
    try {
      return action(storage())
    } catch {
      return undefined
    }
  }
  return {
    read: () => attempt(store => store.getItem(KEY)) ?? undefined,
    keep: token => attempt(store => store.setItem(KEY, token)),
    forget: () => attempt(store => store.removeItem(KEY)),
  }
}
