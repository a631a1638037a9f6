# What contradicts itself: values that are sound one by one, of which some may come from the base YAML.
locals {
  # Without these nothing can be summed up.
  unbounded = flatten([
    for name in local.functions : [
      for field in ["max", "concurrency", "timeout", "cpu", "cpu_request", "memory", "memory_request"] :
      "scaling.${name}.${field} is not given, and the base YAML has none: give ${local.expected[field]}."
      if local.numbers[name][field] == null
    ]
  ])

  # The first of a pair must not be more than the second. A pair of which one is not set says nothing.
  pairs = [
    { less = "min", more = "max" },
    { less = "initial", more = "max" },
    { less = "activation", more = "max" },
    # Knative refuses it: from none it would start fewer than there must be.
    { less = "min", more = "activation" },
    # Above the hard limit it would never be reached: requests would wait, and no instance be added.
    { less = "target", more = "concurrency" },
    { less = "cpu_request", more = "cpu" },
    { less = "memory_request", more = "memory" },
  ]
  contradictions = flatten([
    for name in local.functions : [
      for pair in local.pairs :
      "scaling.${name}.${pair.less} is ${local.settings[name][pair.less]}, and ${pair.more} is ${local.settings[name][pair.more]}: give ${pair.less} = ${local.settings[name][pair.more]} at most, or ${pair.more} = ${local.settings[name][pair.less]} at least."
      if try(local.numbers[name][pair.less] > local.numbers[name][pair.more], false)
    ]
  ])
}
