# A stream is a request that lasts: one that `timeout` cuts off ends with an error at its reader, who would be told to come again.
locals {
  # By function with a stream, how long one lasts: STREAM_SECONDS, with the default of functions/status.
  streams = {
    for name in distinct([for route in try(local.wiring.routes, []) : route.function if endswith(route.path, "/stream")]) :
    name => try(tonumber(merge(local.plain[name], local.variables[name]).STREAM_SECONDS), 300)
  }
  # What is in flight when it ends has as much more as queue-proxy's quiet period.
  stream_faults = [
    for name, seconds in local.streams : "A stream of ${name} lasts ${seconds} s (STREAM_SECONDS), and scaling.${name}.timeout is ${local.settings[name].timeout}: give timeout = ${seconds + 30} at least."
    if try(local.numbers[name].timeout < seconds + 30, false)
  ]
}
