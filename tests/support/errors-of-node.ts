/*
 * Jest runs each test file in a realm of its own, where an error that Node itself makes, such as ECONNRESET, is not
 * `instanceof Error`, as it is in production. This makes it one again; subclasses are told apart as ever.
 */
const RealmError = Error
Object.defineProperty(RealmError, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    if (this === RealmError) return Error.isError(value)
    return Function.prototype[Symbol.hasInstance].call(this as () => void, value)
  },
})
