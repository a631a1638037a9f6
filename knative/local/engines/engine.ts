/** Why an engine is not running: how its process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A database or cache that something else talks to by URL. A private one can be stopped, killed and started
 * again on the same port and data; one that was given by URL is not ours, and refuses all three.
 */
export interface Engine {
  /** Where clients connect; the same for the engine's whole life, restarts included. */
  readonly url: string
  /** What the running server says it is, such as "MariaDB 10.11.19". */
  readonly version: string
  /** The server's process, or undefined while it is down or not ours. */
  readonly pid: number | undefined
  /** Starts it again after `stop` or `kill`, and returns once it answers. */
  start(): Promise<void>
  /** Shuts it down in order and returns when the process is gone. Harmless when it is down already. */
  stop(): Promise<void>
  /** Ends it with SIGKILL, as a crash would, and returns when the process is gone. */
  kill(): Promise<void>
}
