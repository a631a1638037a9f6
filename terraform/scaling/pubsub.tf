locals {
  # Pub/Sub takes 1 MB a second of one ordering key.
  bytes_per_key_allowed = 1000000

  wiring = yamldecode(file(coalesce(var.wiring_file, "${path.module}/../../knative/wiring.yaml")))

  # By function that names it, the number of groups.
  groups_by_function = {
    for name in local.functions : name => tonumber(merge(local.plain[name], local.variables[name]).ORDERING_GROUPS)
    if can(tonumber(merge(local.plain[name], local.variables[name]).ORDERING_GROUPS))
  }
  ordering_groups = max(1, values(local.groups_by_function)...)

  # Pub/Sub has one push of a key on its way, so there are never more of them at a time than groups; these are the workers that
  # are always there, or the one that is started for the first push.
  workers       = try(max(1, coalesce(local.numbers.worker.min, 0)), 0)
  worker_pushes = try(local.workers * local.numbers.worker.concurrency, 0)

  # Beyond this Knative adds workers: of the smaller of the two, what it does not keep free.
  worker_target      = try(min(local.numbers.worker.concurrency, coalesce(local.numbers.worker.target, local.numbers.worker.concurrency)), 0)
  worker_before_more = try(local.workers * local.worker_target * coalesce(local.numbers.worker.target_utilization, 70) / 100, 0)

  busiest_key_bytes_per_second = ceil(local.busiest_per_second * local.busiest_result_bytes)

  pubsub_faults = concat(
    length(distinct(values(local.groups_by_function))) <= 1 ? [] : [
      "ORDERING_GROUPS must be the same everywhere: ${join(", ", [for name, groups in local.groups_by_function : "${name} has ${groups}"])}."
    ],
    # What a worker cannot take waits in a queue, where its deadline runs out: a nack, and nacks hold back the whole subscription.
    local.worker_pushes >= local.ordering_groups || !contains(local.functions, "worker") ? [] : [join(" ", [
      "There are ${local.ordering_groups} ordering groups, each with a push on its way, and the workers that are always there take ${local.worker_pushes} requests at a time (concurrency x min, or x 1):",
      "give scaling.worker.concurrency = ${ceil(local.ordering_groups / max(1, local.workers))} at least.",
    ])],
    # A push that the function is cut off at before Pub/Sub gives up is answered with a 504: a nack for work that may be done.
    [
      for rule in local.wiring.subscriptions : "${rule.name} waits ${rule.ackDeadlineSeconds} s for an answer, and scaling.${rule.function}.timeout is ${local.settings[rule.function].timeout}: give timeout = ${rule.ackDeadlineSeconds} at least."
      if try(local.numbers[rule.function].timeout < rule.ackDeadlineSeconds, false)
    ],
    local.busiest_key_bytes_per_second <= local.bytes_per_key_allowed ? [] : [join(" ", [
      "${ceil(local.busiest_per_second)} results a second of the busiest group are ${local.busiest_key_bytes_per_second} bytes of one ordering key, and Pub/Sub takes ${local.bytes_per_key_allowed}:",
      "give a smaller transfers_per_second, or a smaller traffic.busiest_group and the ORDERING_GROUPS and source accounts that this needs.",
    ])],
  )
}

output "pubsub" {
  description = "What Pub/Sub's limits are held against: groups, which are ordering keys, and how many pushes the workers that are always there take at once; bytes a second of the busiest key of transaction-results, and how many there may be."
  value = {
    ordering_groups              = local.ordering_groups
    worker_pushes                = local.worker_pushes
    busiest_key_bytes_per_second = local.busiest_key_bytes_per_second
    bytes_per_key_allowed        = local.bytes_per_key_allowed
    messages_per_second          = local.messages_per_second
  }
}

# One worker drains all groups in one step; with more, each has some of them, in smaller steps (ADR 11). Slower, but not wrong.
check "one_worker_takes_all_groups" {
  assert {
    condition     = local.worker_before_more >= local.ordering_groups || !contains(local.functions, "worker")
    error_message = "With a push of each of the ${local.ordering_groups} ordering groups Knative adds workers: it does so beyond ${local.worker_before_more} requests at a time (target or concurrency, x target_utilization, x min or 1)."
  }
}
