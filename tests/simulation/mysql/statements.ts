import { findHeads } from './chains.ts'
import {
  countDeadLetters,
  oldestPendingSeq,
  oldestPendingTime,
  pendingCredits,
  pendingDebits,
  pendingGroups,
  waitingGroups,
} from './pending.ts'
import { parseSelect, runSelect } from './select.ts'
import type { Session } from './session.ts'
import type { Tables } from './tables.ts'
import {
  deleteOutbox,
  insertMany,
  recordFailure,
  writeBalances,
  writeOutcomes,
  writeParents,
} from './writes.ts'

type Bindings = readonly unknown[]
type Statement = (tables: Tables, session: Session, bindings: Bindings, sql: string) => Promise<unknown>

/** What the functions ask of the database, beside reading rows of one table. The text says which it is; blanks count once. */
const STATEMENTS: readonly (readonly [RegExp, Statement])[] = [
  [/^INSERT INTO (\w+) \(([\w, ]+)\) VALUES \?/, insertMany],
  [
    /^INSERT INTO (\w+) \(([\w, ]+)\) VALUES \((\?, )*\?\)$/,
    (tables, session, bindings, sql) => insertMany(tables, session, [[bindings]], sql),
  ],
  [/^DELETE FROM outbox WHERE id IN \(\?\)$/, deleteOutbox],
  [/^UPDATE JSON_TABLE.* STRAIGHT_JOIN accounts /, writeBalances],
  [/^UPDATE JSON_TABLE.* STRAIGHT_JOIN transactions .*transactions\.seq = outcome\.seq/, writeOutcomes],
  [/^UPDATE JSON_TABLE.* STRAIGHT_JOIN transactions .*transactions\.seq = parent\.seq/, writeParents],
  [/^UPDATE transactions SET failure_count = failure_count \+ 1/, recordFailure],
  [/^SELECT MIN\(first_seq\) AS oldest/, oldestPendingSeq],
  [/^SELECT MIN\(accepted_at\) AS oldest/, oldestPendingTime],
  [/^SELECT destination_account_id, ordering_group, MIN\(seq\) AS first_seq/, pendingCredits],
  [/^SELECT ordering_group, MAX\(seq\) AS last_seq/, pendingGroups],
  [/^SELECT ends\.ordering_group, first_seq, last_seq FROM/, waitingGroups],
  [/^SELECT account_id, .* AS pending FROM accounts/, pendingDebits],
  [/^SELECT ordering_group, number, hash FROM \(SELECT .*MAX\(number\)/, findHeads],
  [
    /^SELECT COUNT\(\*\) AS rows_ FROM outbox$/,
    async ({ outbox }, session) => [[{ rows_: String(session.scan(outbox).length) }]],
  ],
  [/^SELECT COUNT\(\*\) AS rows_ FROM dead_letters/, countDeadLetters],
]

/** Does one statement, and answers what the driver does. Throws for a text that is not known here. */
export async function runStatement(
  tables: Tables,
  session: Session,
  text: string,
  bindings: Bindings,
): Promise<unknown> {
  const sql = text.replace(/\( /g, '(')
  const known = STATEMENTS.find(([pattern]) => pattern.test(sql))
  if (known) return await known[1](tables, session, bindings, sql)
  const selection = parseSelect(tables, sql, bindings)
  if (selection === undefined)
    throw new Error(`tests/simulation/mysql/statements.ts does not know the statement ${sql}`)
  return [await runSelect(session, selection)]
}
