import type { Database } from './connect.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

/** Who accounts belong to. The name is null for users of before users were created by request. */
export type User = { readonly userId: string; readonly name: string | null; readonly createdAt: string }

type Row = { user_id: string; name: string | null; created_at: string }

const COLUMNS = 'user_id, name, created_at'

/** Stores a new user. Fails with a duplicate entry if the id is taken. */
export async function insertUser(
  db: Database,
  { userId, name }: { readonly userId: string; readonly name: string },
  now: Date,
): Promise<void> {
  await db.raw(`INSERT INTO users (${COLUMNS}) VALUES (?, ?, ?)`, [userId, name, toSqlTime(now)])
}

/** Reads a user; undefined if there is none. */
export async function findUser(db: Database, userId: string): Promise<User | undefined> {
  const [rows] = await db.raw(`SELECT ${COLUMNS} FROM users WHERE user_id = ?`, [userId])
  return rows.map(toUser)[0]
}

/** Reads the users behind an id, in order of id. */
export async function findUsers(db: Database, afterId: string, limit: number): Promise<User[]> {
  const [rows] = await db.raw(`SELECT ${COLUMNS} FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?`, [
    afterId,
    limit,
  ])
  return rows.map(toUser)
}

function toUser(row: Row): User {
  return { userId: row.user_id, name: row.name, createdAt: fromSqlTime(row.created_at) }
}
