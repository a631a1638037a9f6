/** Something wrong in a manifest. */
export type Fault = {
  readonly file: string
  /** Kind and name of the object, such as `Service worker`. */
  readonly object: string
  /** The way to the place, such as `spec.template.spec.timeoutSeconds`. */
  readonly field: string
  readonly message: string
}

/** A fault in one line. */
export function toSentence({ file, object, field, message }: Fault): string {
  return [file, object, field, message].filter(part => part !== '').join(': ')
}

/** What a rule says of an object that it was given: a place in it, and what is wrong there. */
export type Complaint = readonly [field: string, message: string]
