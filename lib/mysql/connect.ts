import { connect, type Socket } from 'node:net'
import knex, { type Knex } from 'knex'

export type Database = Knex
/** An open SQL transaction: what takes one cannot be called outside of one. */
export type SqlTransaction = Knex.Transaction

export type MysqlOptions = {
  /** mysql://user:password@host:port/database; `?ssl=true` asks for TLS with a public authority's certificate for the host. */
  readonly mysqlUrl: string
  /** The CA, or in times of rotation CAs, of this one server, in PEM: asks for TLS with a certificate of theirs. */
  readonly mysqlCa?: readonly string[]
  /** The most connections this process holds. */
  readonly mysqlPoolSize: number
  /** How long a statement waits for a row lock before it fails as transient. */
  readonly mysqlLockWaitSeconds: number
  /** How long a caller waits for a free connection, and a connection for its handshake. */
  readonly mysqlAcquireMilliseconds: number
  /** How long a statement may say nothing before its connection is given up; ten seconds more than the lock wait unless told. */
  readonly mysqlSilenceSeconds?: number
}

/**
 * Connects lazily: no connection is opened before the first statement. Numbers that JavaScript could round
 * (BIGINT, DECIMAL) and dates come back as strings.
 */
export function connectMysql(options: MysqlOptions): Database {
  const { hostname, port, username, password, pathname, searchParams } = new URL(options.mysqlUrl)
  const silenceSeconds = options.mysqlSilenceSeconds ?? options.mysqlLockWaitSeconds + 10
  return knex({
    client: 'mysql2',
    connection: {
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)),
      charset: 'utf8mb4',
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      timezone: 'Z',
      connectTimeout: options.mysqlAcquireMilliseconds,
      stream: () => openSocket(hostname, Number(port || 3306), silenceSeconds),
      ...tls(options.mysqlCa ?? [], searchParams.get('ssl') === 'true'),
    },
    pool: {
      min: 0,
      max: options.mysqlPoolSize,
      acquireTimeoutMillis: options.mysqlAcquireMilliseconds,
      // Idle connections go before `openSocket` would take their silence for a fault.
      idleTimeoutMillis: 10_000,
      afterCreate: prepareSession(options.mysqlLockWaitSeconds),
    },
    // The statement as it is written, without its values: they are people's, and an error is logged.
    compileSqlOnError: false,
    // Every failure reaches the caller, who logs it once.
    log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
    // A connection that cannot be had is a transient fault of the request, never of the process.
    acquireConnectionTimeout: options.mysqlAcquireMilliseconds,
  })
}

function ignore(): void {}

/**
 * A CA that is given belongs to one server and signs for no other, so whoever shows a certificate of its is that server.
 * The name in it is not compared: Cloud SQL's is the instance's, and what is connected to is an address. A
 * public authority signs for everybody: there the name is what counts. Neither ever goes on in the clear: a server
 * that has no TLS is refused.
 */
function tls(ca: readonly string[], isAskedFor: boolean) {
  if (ca.length > 0) return { ssl: { ca: [...ca], rejectUnauthorized: true, minVersion: 'TLSv1.2' as const } }
  return isAskedFor ? { ssl: { rejectUnauthorized: true, verifyIdentity: true } } : {}
}

/**
 * A database that is frozen, or whose packets are dropped, closes nothing: without this a statement would wait
 * for ever. A statement that has said nothing for longer than any lock wait is given up, with its connection.
 */
function openSocket(host: string, port: number, seconds: number): Socket {
  const socket = connect(port, host).setNoDelay(true).setKeepAlive(true)
  socket.setTimeout(seconds * 1000, () => {
    socket.destroy(Object.assign(new Error(`no answer for ${seconds} s`), { code: 'ETIMEDOUT' }))
  })
  return socket
}

type RawConnection = { query(sql: string, done: (error: Error | null) => void): void }
type Prepared = (error: Error | null, connection: RawConnection) => void

/**
 * READ COMMITTED: the drain's locks cover the rows it read, not the gaps between them, so that ingest goes on
 * inserting. The wait for a table's own lock is bounded too, by default it is a day. The increment is set because the `seq`s of
 * a multi-row INSERT are counted from its first.
 */
function prepareSession(lockWaitSeconds: number) {
  const settings =
    `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = ${lockWaitSeconds}, lock_wait_timeout = 60, ` +
    `auto_increment_increment = 1, sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`
  return (connection: RawConnection, done: Prepared): void => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', error => {
      if (error !== null) return done(error, connection)
      connection.query(settings, failed => done(failed, connection))
    })
  }
}
