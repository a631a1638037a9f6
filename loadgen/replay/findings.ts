/** Something that is not as it should be, and where: a line of the file or an account. */
export type Finding = { readonly where: string; readonly what: string }

/** What a replay found. */
export class Findings {
  /** The service did something else than the bank. */
  readonly mismatches: Finding[] = []
  /** What the service did could not be learned. */
  readonly errors: Finding[] = []

  get areNone(): boolean {
    return this.mismatches.length === 0 && this.errors.length === 0
  }
}
