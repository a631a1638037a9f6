variable "max_connections" {
  description = "Connections that MySQL takes at all: Cloud SQL's flag max_connections."
  type        = number

  validation {
    condition     = var.max_connections >= 1 && floor(var.max_connections) == var.max_connections
    error_message = "max_connections is ${var.max_connections}: give a whole number, 1 or more."
  }
}

variable "connections_kept_back" {
  description = "Connections that are not the functions': of the migration Job (a pool of 4, what MYSQL_POOL_SIZE is where nothing is set), and of people and monitoring."
  type = object({
    migrations = optional(number, 4)
    admin      = optional(number, 10)
  })
  default = {}

  validation {
    condition     = min(values(var.connections_kept_back)...) >= 0
    error_message = "connections_kept_back: give numbers of connections, 0 or more."
  }
}

locals {
  # maxScale holds for a revision: while a new one takes over, it and the one before may each have as many instances.
  revisions = 2

  # Of each function that has the database's address.
  pools = {
    for name in local.functions : name => coalesce(local.numbers[name].pool_size, local.fields.pool_size.unset)
    if contains([for entry in try(local.containers[name].env, []) : entry.name], "MYSQL_URL")
  }
  # A function without an end has a fault, which refuses the plan; here it counts as none.
  connections = { for name, pool in local.pools : name => coalesce(local.numbers[name].max, 0) * pool * local.revisions }

  connections_needed  = sum(concat(values(local.connections), values(var.connections_kept_back)))
  connections_allowed = floor(var.max_connections * 0.8)

  connection_faults = local.connections_needed <= local.connections_allowed ? [] : [join(" ", [
    "${local.connections_needed} connections to MySQL at the most, and 80 % of max_connections = ${var.max_connections} are ${local.connections_allowed}:",
    "give smaller values of max or pool_size, or max_connections = ${ceil(local.connections_needed / 0.8)} at least.",
    "max x pool_size x ${local.revisions} revisions: ${join(", ", [for name, count in local.connections : "${name} ${local.settings[name].max} x ${local.pools[name]} x ${local.revisions} = ${count}"])};",
    "kept back: ${sum(values(var.connections_kept_back))}.",
  ])]
}

output "connections" {
  description = "MySQL connections at the most: by function, during a rollout, and how many there may be: 80 % of max_connections, since the rest is for what nobody thought of."
  value = {
    by_function = local.connections
    kept_back   = sum(values(var.connections_kept_back))
    needed      = local.connections_needed
    allowed     = local.connections_allowed
  }
}
