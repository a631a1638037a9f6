/** Something the person at the keyboard has to do; the message says what, and a stack trace would only hide it. */
export class BootstrapError extends Error {}
