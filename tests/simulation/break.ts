import { registerHooks } from 'node:module'

/** A protocol with one of its safeguards taken out: where it stands, and what stands there instead. */
type Break = { readonly file: string; readonly from: string; readonly to: string }

/** What the simulation must find. Each text stands in its file once; if it does not, the break is out of date. */
export const BREAKS = {
  'no-account-locks': {
    file: 'lib/mysql/lock-accounts.ts',
    from: 'ORDER BY account_id FOR UPDATE',
    to: 'ORDER BY account_id',
  },
  'acknowledges-first': {
    file: 'functions/worker/handle.ts',
    from: 'await drainer.drain({ ...doorbell, rungAt: publishTime })',
    to: 'void drainer.drain({ ...doorbell, rungAt: publishTime }).catch(() => undefined)',
  },
  'cache-without-version': {
    file: 'lib/redis/cache.ts',
    from: 'if held <= version then',
    to: 'if true then',
  },
  'no-outbox': {
    file: 'lib/drain/keep-untold.ts',
    from: 'await insertOutbox(transaction, JSON.stringify(kept), now)',
    to: "(kept, '0')",
  },
  'sweeper-does-not-ring': {
    file: 'functions/sweeper/sweep.ts',
    from: 'await ringOldGroups(parts, before)',
    to: '0',
  },
  'redelivery-applied-again': {
    file: 'lib/mysql/lock-pending.ts',
    from: "AND status = 'PENDING'",
    to: "AND status <> 'FAILED'",
  },
  'bisect-drops-the-rest': {
    file: 'lib/drain/drainer.ts',
    from: 'if (error.records.length > 1) return state.halve(error.records.length)',
    to: '',
  },
  'given-up-outside-the-chain': {
    file: 'functions/dead-letter/settle-dead-letter.ts',
    from: 'await extendChains(transaction, coverGroups(transactions), moment)',
    to: '[]',
  },
  'pending-over-final': {
    file: 'lib/redis/cache.ts',
    from: "PENDING_SECONDS, 'NX')",
    to: 'PENDING_SECONDS)',
  },
} satisfies Record<string, Break>

export type BreakName = keyof typeof BREAKS

/** Has the code loaded from here on with one safeguard taken out. */
export function breakProtocol(name: BreakName): void {
  const { file, from, to } = BREAKS[name]
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (!url.endsWith(`/${file}`)) return loaded
      const parts = String(loaded.source).split(from)
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times ${from}`)
      return { ...loaded, source: parts.join(to) }
    },
  })
}
