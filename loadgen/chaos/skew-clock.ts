/*
 * Loaded before a function (`node --import`): its clock goes wrong by SKEW_MILLISECONDS, as that of a machine does which nothing sets.
 * Timers are not concerned: they count from when they were set.
 */
const skewMilliseconds = Number(process.env['SKEW_MILLISECONDS'])
const now = Date.now.bind(Date)
const RealDate = Date

RealDate.now = () => now() + skewMilliseconds
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, asked) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, asked),
  apply: target => new target(target.now()).toString(),
})
