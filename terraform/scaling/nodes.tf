variable "node_pool" {
  description = <<-EOT
    The nodes that instances run on.
    cpu: cores of a node that pods can have; 3.92 of an e2-standard-4's 4 (GKE's documentation of node allocatable resources).
    memory: GiB of a node that pods can have; 13.28 of an e2-standard-4's 16.
    min_nodes: nodes that are always there; one in each of three zones.
    max_nodes: nodes at the most. Not given: not checked.
    system_cpu, system_memory: cores and GiB of the whole pool that Knative, the gateway and GKE's own pods ask for: assumed, `kubectl describe nodes` says.
  EOT
  type = object({
    cpu           = optional(number, 3.92)
    memory        = optional(number, 13.28)
    min_nodes     = optional(number, 3)
    max_nodes     = optional(number)
    system_cpu    = optional(number, 3)
    system_memory = optional(number, 4)
  })
  default = {}

  validation {
    condition     = var.node_pool.cpu > 0 && var.node_pool.memory > 0 && min(var.node_pool.system_cpu, var.node_pool.system_memory) >= 0 && var.node_pool.min_nodes >= 1 && try(var.node_pool.max_nodes >= var.node_pool.min_nodes, true)
    error_message = "node_pool: cpu and memory must be above 0, system_cpu and system_memory 0 or more, min_nodes 1 or more, and max_nodes no less than min_nodes."
  }
}

locals {
  # queue-proxy stands beside every instance and asks for this much (config-deployment, queue-sidecar-cpu-request); no memory.
  queue_proxy_cpu = 25

  # While a new revision takes over, each may have as many instances as its max, and every one of them must find a node.
  pool_needs = {
    cpu    = var.node_pool.system_cpu + local.revisions * sum(concat([0], [for name in local.functions : coalesce(local.numbers[name].max, 0) * (coalesce(local.numbers[name].cpu_request, 0) + local.queue_proxy_cpu)])) / 1000
    memory = var.node_pool.system_memory + local.revisions * sum(concat([0], [for name in local.functions : coalesce(local.numbers[name].max, 0) * coalesce(local.numbers[name].memory_request, 0)])) / 1024
    # The load is there once, so no more than one revision's worth of instances fills its memory.
    memory_when_full = var.node_pool.system_memory + sum(concat([0], [for name in local.functions : coalesce(local.numbers[name].max, 0) * coalesce(local.numbers[name].memory, 0)])) / 1024
  }
  pool_has = {
    cpu    = try(var.node_pool.max_nodes * var.node_pool.cpu, null)
    memory = try(var.node_pool.max_nodes * var.node_pool.memory, null)
  }
  nodes_needed = max(
    ceil(local.pool_needs.cpu / var.node_pool.cpu),
    ceil(local.pool_needs.memory / var.node_pool.memory),
    ceil(local.pool_needs.memory_when_full / var.node_pool.memory),
  )

  node_faults = try(local.nodes_needed <= var.node_pool.max_nodes, true) ? [] : [join(" ", [
    "At the most, instances ask for ${format("%.1f", local.pool_needs.cpu)} cores and ${format("%.1f", local.pool_needs.memory)} GiB during a rollout, and fill ${format("%.1f", local.pool_needs.memory_when_full)} GiB;",
    "${coalesce(var.node_pool.max_nodes, 0)} nodes (max_nodes of node_pool) have ${format("%.1f", coalesce(local.pool_has.cpu, 0))} cores and ${format("%.1f", coalesce(local.pool_has.memory, 0))} GiB:",
    "give smaller values of max, cpu_request, memory_request or memory, or max_nodes = ${local.nodes_needed} at least.",
  ])]
}

output "nodes" {
  description = "Cores and GiB that instances need at the most: what they ask for during a rollout, and the memory of all of them when full; what the pool has; and the nodes that takes."
  value       = { needs = local.pool_needs, has = local.pool_has, nodes_needed = local.nodes_needed }
}
