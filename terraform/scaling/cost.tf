# An estimate for a month of 730 hours with the same load all the time: the prices are assumptions (prices.tf), what a transfer
# weighs was measured (sizes.yaml), and the load is the reader's (traffic.tf).
locals {
  hours   = 730
  seconds = local.hours * 3600
  gib     = 1024 * 1024 * 1024

  # Pub/Sub counts at least this much for each request to publish, and for each push.
  request_bytes_least = 1000

  cpu = local.sizes.cpu_milliseconds
  # By function, cores that the load takes; what the others do is not worth an instance.
  cores = {
    ingest = (local.requests_per_second * local.cpu.request + var.transfers_per_second * local.cpu.accepted) / 1000
    worker = (local.messages_per_second * local.cpu.message + var.transfers_per_second * local.cpu.applied) / 1000
    status = local.reads_per_second * local.cpu.read / 1000
  }
  # Instances for that: each busy to 70 % of its CPU, which Knative does not look at, but latency does. Within min and max.
  instances_wanted = {
    for name in local.functions : name => ceil(lookup(local.cores, name, 0) * 1000 / (coalesce(local.numbers[name].cpu, 1000) * 0.7))
  }
  instances = {
    for name, count in local.instances_wanted : name => max(min(count, coalesce(local.numbers[name].max, count)), coalesce(local.numbers[name].min, 0))
  }

  # Nodes for what these ask for, and never fewer than min_nodes.
  nodes = max(
    var.node_pool.min_nodes,
    ceil((var.node_pool.system_cpu + sum(concat([0], [for name, count in local.instances : count * (coalesce(local.numbers[name].cpu_request, 0) + local.queue_proxy_cpu)])) / 1000) / var.node_pool.cpu),
    ceil((var.node_pool.system_memory + sum(concat([0], [for name, count in local.instances : count * coalesce(local.numbers[name].memory_request, 0)])) / 1024) / var.node_pool.memory),
  )

  # Bells are published and pushed, results published and taken by each subscription.
  bell_bytes_counted   = max(local.request_bytes_least, local.sizes.bell_bytes)
  result_bytes_counted = max(local.request_bytes_least, local.results_per_message * local.result_bytes)
  pubsub_bytes = local.seconds * local.messages_per_second * (
    2 * local.bell_bytes_counted
    + (1 + var.traffic.result_subscriptions) * local.result_bytes_counted
  )

  # Callers' requests, status reads and pushes all come through the load balancer.
  http_requests = local.seconds * (local.requests_per_second + local.reads_per_second + local.messages_per_second)
  stored_bytes  = var.transfers_per_second * 86400 * var.provisioned.days_kept * local.sizes.row_bytes

  cost = {
    gke_nodes = local.hours * (var.prices.gke_cluster_hour + local.nodes * var.prices.node_hour)
    # High availability is a second instance with a second disk.
    cloud_sql     = 2 * (local.hours * (var.provisioned.sql_vcpus * var.prices.sql_vcpu_hour + var.provisioned.sql_memory * var.prices.sql_memory_gib_hour) + local.stored_bytes / local.gib * var.prices.sql_storage_gib_month)
    memorystore   = local.hours * var.provisioned.redis_memory * var.prices.redis_gib_hour
    pubsub        = max(0, local.pubsub_bytes / local.gib - var.prices.pubsub_free_gib) / 1024 * var.prices.pubsub_tib
    load_balancer = local.hours * var.prices.balancer_rules_hour + local.http_requests * var.provisioned.http_bytes / local.gib * var.prices.balancer_gib + var.provisioned.armor_policies * var.prices.armor_policy_month + var.provisioned.armor_rules * var.prices.armor_rule_month + local.http_requests / 1000000 * var.prices.armor_million_requests
    logging       = max(0, local.http_requests * var.traffic.logged_share * var.provisioned.log_bytes / local.gib - var.prices.logging_free_gib) * var.prices.logging_gib
  }
}

output "cost" {
  description = "USD a month by item and in total, rounded, at transfers_per_second: an estimate with assumed prices. Not in it: traffic to the Internet, backups, support, discounts."
  value = merge({ for item, usd in local.cost : item => floor(usd + 0.5) }, {
    total           = floor(sum(values(local.cost)) + 0.5)
    usd_per_million = floor(sum(values(local.cost)) / (var.transfers_per_second * local.seconds / 1000000) * 100 + 0.5) / 100
  })
}

output "load" {
  description = "What the estimate is made of, at transfers_per_second: instances by function, nodes, messages a second, GiB a month through Pub/Sub, GiB in the database."
  value = {
    instances           = local.instances
    nodes               = local.nodes
    messages_per_second = local.messages_per_second
    pubsub_gib          = floor(local.pubsub_bytes / local.gib + 0.5)
    stored_gib          = floor(local.stored_bytes / local.gib + 0.5)
  }
}

# Not refused: more wait then, which is what a limit is for.
check "instances_suffice" {
  assert {
    condition     = alltrue([for name, count in local.instances_wanted : count <= local.instances[name]])
    error_message = "At ${var.transfers_per_second} transfers a second more instances are wanted than max allows: ${join(", ", [for name, count in local.instances_wanted : "${name} ${count}, and max is ${local.settings[name].max}" if count > local.instances[name]])}."
  }
}
