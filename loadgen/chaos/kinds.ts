/** What is hit; two faults at once hit two of these. */
export type Area = 'functions' | 'database' | 'cache' | 'broker'

export type Kind = {
  readonly area: Area
  /** What is done, as the report says it. */
  readonly about: string
  /** How long it lasts, at least and at most; 0 for what is over at once. */
  readonly seconds: readonly [least: number, most: number]
  /** Of whom or by how much: one is drawn. One that is there twice is drawn twice as often. */
  readonly targets: readonly string[]
  /** Not before so many seconds of load. */
  readonly fromSeconds?: number
}

const FUNCTIONS = [
  'ingest',
  'ingest',
  'worker',
  'worker',
  'worker',
  'status',
  'sweeper',
  'accounts',
  'dead-letter',
]
const DELAYS = ['20 ms', '80 ms', '250 ms']
const NOBODY = ['']

/** Every kind of fault there is. */
export const KINDS = {
  'kill a function': kind('functions', 'SIGKILL; the stack starts another process', [0, 0], FUNCTIONS),
  'freeze a function': kind('functions', 'SIGSTOP, SIGCONT', [1, 8], FUNCTIONS),
  'skew a clock': kind(
    'functions',
    'a process whose clock is wrong takes over',
    [4, 10],
    [
      ...['ingest +5 min', 'ingest -5 min', 'worker +5 min', 'worker -5 min'],
      ...['sweeper +5 min', 'sweeper -5 min', 'ingest +1 h', 'worker -1 h'],
    ],
  ),
  'roll out': kind('functions', 'a new process for each function, then SIGTERM to the old', [0, 0], NOBODY),
  'kill the database': kind('database', 'SIGKILL, and down for a while', [0.2, 3], NOBODY),
  'freeze the database': kind('database', 'SIGSTOP, SIGCONT', [1, 8], NOBODY),
  'cut the database': kind('database', 'every connection reset at once', [0, 0], NOBODY),
  'refuse the database': kind('database', 'every connection reset, new ones refused', [1, 5], NOBODY),
  'slow the database': kind('database', 'all that is sent arrives later', [3, 8], DELAYS),
  'silence the database': kind('database', 'nothing arrives, nothing is closed', [1, 12], NOBODY),
  'fill the connections': kind('database', 'max_connections taken by others', [2, 8], NOBODY),
  'refuse writes': kind('database', 'no file of the database may grow (RLIMIT_FSIZE)', [6, 12], NOBODY, 30),
  'kill the cache': kind('cache', 'SIGKILL; comes back empty', [0.2, 4], NOBODY),
  'freeze the cache': kind('cache', 'SIGSTOP, SIGCONT', [1, 8], NOBODY),
  'cut the cache': kind('cache', 'every connection reset at once', [0, 0], NOBODY),
  'slow the cache': kind('cache', 'all that is sent arrives later', [3, 8], DELAYS),
  'silence the cache': kind('cache', 'nothing arrives, nothing is closed', [1, 8], NOBODY),
  'kill the broker': kind('broker', 'SIGKILL; comes back empty', [0.2, 3], NOBODY),
  'freeze the broker': kind('broker', 'SIGSTOP, SIGCONT', [1, 8], NOBODY),
  'lose bells': kind('broker', 'messages to the worker are lost', [2, 8], ['half', 'all']),
  'muddle bells': kind(
    'broker',
    'messages to the worker come twice, late, or after the next',
    [3, 8],
    [...['double', 'delay', 'reorder']],
  ),
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof KINDS
export const KIND_NAMES = Object.keys(KINDS) as KindName[]

function kind(
  area: Area,
  about: string,
  seconds: Kind['seconds'],
  targets: readonly string[],
  fromSeconds = 0,
): Kind {
  return { area, about, seconds, targets, fromSeconds }
}
