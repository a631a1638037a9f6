/**
 * Which failures of the database pass by themselves. Judged by number, because the driver misnames some of
 * MariaDB's. The whole SQL transaction is retried, never a statement: 1205 leaves it open, half done.
 */
const TRANSIENT_NUMBERS: ReadonlyMap<number, string> = new Map([
  [1020, 'record changed since last read (MariaDB snapshot isolation)'],
  [1040, 'too many connections'],
  [1053, 'server shutdown in progress'],
  [1129, 'host blocked after too many connection errors'],
  [1152, 'aborted connection'],
  [1158, 'error reading communication packets'],
  [1159, 'timeout reading communication packets'],
  [1160, 'error writing communication packets'],
  [1161, 'timeout writing communication packets'],
  [1184, 'aborted connection'],
  [1203, 'user has too many connections'],
  [1205, 'lock wait timeout'],
  [1213, 'deadlock'],
  [1226, 'user has exceeded a resource limit'],
  [1290, 'server is read-only (failover)'],
  [1317, 'query interrupted'],
  [1836, 'server is in read-only mode (failover)'],
  [1927, 'connection killed'],
  [2006, 'server has gone away'],
  [2013, 'connection lost during query'],
  [3101, 'transaction rolled back by the server'],
  [3169, 'session killed'],
  [3572, 'lock not available at once'],
  // A full disk empties again; a write refused for it has not happened.
  [1021, 'disk full'],
  [1114, 'table full'],
  [1026, 'error writing file'],
  [1180, 'error during commit'],
  [1296, 'storage engine error'],
])

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * Failures that some row's values cause, as opposed to the schema or the privileges: only these can be one
 * transaction's own fault, so only these (and a bug in the core) are worth looking for the row.
 */
const ROW_NUMBERS: ReadonlySet<number> = new Set([
  1048, // column cannot be null
  1062, // duplicate entry
  1264, // out of range
  1265, // data truncated
  1292, // incorrect value
  1366, // incorrect value for column
  1406, // data too long
  1452, // foreign key
  1690, // arithmetic out of range
  3140, // invalid JSON text
  3819, // check constraint (MySQL)
  4025, // check constraint (MariaDB)
])

const DUPLICATE_ENTRY = 1062
const NO_REFERENCED_ROW = 1452

/** Another SQL transaction was faster, and changed what this one goes on from: begun anew, it goes on from that. */
export class OvertakenError extends Error {
  constructor(what: string, cause: unknown) {
    super(`another SQL transaction has changed ${what} meanwhile`, { cause })
    this.name = 'OvertakenError'
  }
}

type DriverError = { readonly errno?: unknown; readonly code?: unknown; readonly name?: unknown }

/** Says whether the same work may succeed if it is tried again. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof OvertakenError) return true
  const { errno, code, name } = error as DriverError
  if (typeof errno === 'number' && TRANSIENT_NUMBERS.has(errno)) return true
  if (typeof code === 'string' && TRANSIENT_CODES.has(code)) return true
  // No free connection in time (knex), or the driver was told of the loss before this statement.
  return name === 'KnexTimeoutError' || /connection (is|was) (in )?closed|closed state/i.test(error.message)
}

/** Says whether the failure can come from one row's values; anything the driver did not report can. */
export function isRowFault(error: unknown): boolean {
  const errno = error instanceof Error ? (error as DriverError).errno : undefined
  return typeof errno !== 'number' || ROW_NUMBERS.has(errno)
}

export function isDuplicateEntry(error: unknown): boolean {
  return error instanceof Error && (error as DriverError).errno === DUPLICATE_ENTRY
}

/** Says whether a row was refused because what it belongs to is not there. */
export function isMissingReference(error: unknown): boolean {
  return error instanceof Error && (error as DriverError).errno === NO_REFERENCED_ROW
}
