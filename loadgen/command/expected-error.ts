/** A fault of the caller's surroundings: its message says all there is to say, so no stack is shown. */
export class ExpectedError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ExpectedError'
  }
}
