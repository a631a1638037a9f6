variable "redis_max_connections" {
  description = "Clients that the cache takes at all: Redis' maxclients, whose own default is 10,000. Yours says `INFO clients`."
  type        = number
  default     = 10000

  validation {
    condition     = var.redis_max_connections >= 1
    error_message = "redis_max_connections is ${var.redis_max_connections}: give a number of clients, 1 or more."
  }
}

locals {
  # One connection an instance (lib/redis/connect.ts), and two revisions as for MySQL.
  redis_allowed = floor(var.redis_max_connections * 0.8)
  redis_connections = sum(concat([0], [
    for name in local.functions : coalesce(local.numbers[name].max, 0) * local.revisions
    if contains([for entry in try(local.containers[name].env, []) : entry.name], "REDIS_URL")
  ]))

  redis_faults = local.redis_connections <= local.redis_allowed ? [] : [join(" ", [
    "${local.redis_connections} connections to Redis at the most, an instance one in each of ${local.revisions} revisions, and 80 % of redis_max_connections = ${var.redis_max_connections} are ${local.redis_allowed}:",
    "give smaller values of max, or a cache that takes ${ceil(local.redis_connections / 0.8)} at least.",
  ])]
}

output "redis_connections" {
  description = "Connections to the cache at the most, during a rollout, and how many there may be: 80 % of redis_max_connections."
  value       = { needed = local.redis_connections, allowed = local.redis_allowed }
}
