/** One command line to run under supervision, and the files that tell how it went. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  /** The name the program sees itself called by, when that decides what it does. */
  readonly argv0?: string
  /** Both output streams are appended here. */
  readonly log: string
  /** Holds the process ids of engine and supervisor while they run, so that a later run can find them. */
  readonly pidFile: string
  /** What its command line is sure to contain: proof that a process id found in `pidFile` is still ours. */
  readonly mark: string
  /** A command that ends it at once where SIGKILL would end only a client of it (`docker kill …`). */
  readonly killCommand?: readonly [string, ...string[]]
}
