/** An error as the driver throws it. */
export type SqlFault = Error & { readonly errno?: number; readonly code?: string }

/** What the server answers, by its number. */
export function sqlFault(errno: number, detail = ''): SqlFault {
  return Object.assign(new Error(`simulated database: ${errno} ${detail}`.trim()), { errno })
}

/** The connection is gone, and nobody says what became of the statement. */
export function connectionLost(): SqlFault {
  return Object.assign(new Error('simulated database: connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' })
}
