variable "prices" {
  description = <<-EOT
    Prices in USD: assumptions, none of them measured or taken from a bill; they change, so check each on its page. List prices of
    us-central1 without discounts, put down in November 2026: those of Pub/Sub, of the load balancer, and of Cloud SQL's cores and
    memory were read on public copies of these pages; the others are generally known ones that could not be read again.
    gke_cluster_hour: a regional cluster's fee (cloud.google.com/kubernetes-engine/pricing).
    node_hour: an e2-standard-4 (cloud.google.com/compute/vm-instance-pricing).
    sql_vcpu_hour, sql_memory_gib_hour, sql_storage_gib_month: Cloud SQL for MySQL, Enterprise, of one zone; HA is twice that (cloud.google.com/sql/pricing).
    redis_gib_hour: Memorystore for Redis, Standard tier (cloud.google.com/memorystore/docs/redis/pricing).
    pubsub_tib, pubsub_free_gib: throughput, published and delivered (cloud.google.com/pubsub/pricing).
    balancer_rules_hour, balancer_gib: forwarding rules, the first five together, and data in and out (cloud.google.com/vpc/network-pricing).
    armor_policy_month, armor_rule_month, armor_million_requests: Cloud Armor, Standard (cloud.google.com/armor/pricing).
    logging_gib, logging_free_gib: Cloud Logging (cloud.google.com/stackdriver/pricing).
  EOT
  type = object({
    gke_cluster_hour       = optional(number, 0.10)
    node_hour              = optional(number, 0.134)
    sql_vcpu_hour          = optional(number, 0.0413)
    sql_memory_gib_hour    = optional(number, 0.007)
    sql_storage_gib_month  = optional(number, 0.17)
    redis_gib_hour         = optional(number, 0.054)
    pubsub_tib             = optional(number, 40)
    pubsub_free_gib        = optional(number, 10)
    balancer_rules_hour    = optional(number, 0.025)
    balancer_gib           = optional(number, 0.008)
    armor_policy_month     = optional(number, 5)
    armor_rule_month       = optional(number, 1)
    armor_million_requests = optional(number, 0.75)
    logging_gib            = optional(number, 0.50)
    logging_free_gib       = optional(number, 50)
  })
  default = {}

  validation {
    condition     = min(values(var.prices)...) >= 0
    error_message = "prices: give USD, 0 or more."
  }
}

variable "provisioned" {
  description = <<-EOT
    What is there whatever the load, for the cost alone: the cloud stage's values.
    sql_vcpus, sql_memory: cores and GiB of the database. redis_memory: GiB of the cache.
    days_kept: days of transfers that lie in the database; Settle itself deletes none.
    armor_policies, armor_rules: of the load balancer.
    http_bytes: bytes of a request and its answer with their headers and token: assumed. log_bytes: of a logged request: assumed.
  EOT
  type = object({
    sql_vcpus      = optional(number, 4)
    sql_memory     = optional(number, 16)
    redis_memory   = optional(number, 5)
    days_kept      = optional(number, 30)
    armor_policies = optional(number, 3)
    armor_rules    = optional(number, 13)
    http_bytes     = optional(number, 2500)
    log_bytes      = optional(number, 1500)
  })
  default = {}

  validation {
    condition     = min(values(var.provisioned)...) >= 0
    error_message = "provisioned: give numbers, 0 or more."
  }
}
