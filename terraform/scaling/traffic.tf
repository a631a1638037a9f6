variable "transfers_per_second" {
  description = "Transfers a second that the limits are checked at, and the cost is estimated for."
  type        = number
  default     = 100

  validation {
    condition     = var.transfers_per_second > 0
    error_message = "transfers_per_second is ${var.transfers_per_second}: give a number above 0."
  }
}

variable "traffic" {
  description = <<-EOT
    How these transfers come and are read; all of it the reader's to say.
    per_request: transfers in one request, 1 to 1000.
    busiest_group: share of all transfers that one ordering group has, above 0 and up to 1; 1 is one busy source account.
    status_reads: reads of a status or a balance for each transfer.
    result_subscriptions: subscriptions to transaction-results.
    logged_share: share of the load balancer's requests that it logs, 0 to 1.
  EOT
  type = object({
    per_request          = optional(number, 1)
    busiest_group        = optional(number, 1)
    status_reads         = optional(number, 1)
    result_subscriptions = optional(number, 1)
    logged_share         = optional(number, 0.01)
  })
  default = {}

  validation {
    condition     = var.traffic.per_request >= 1 && var.traffic.per_request <= 1000
    error_message = "traffic.per_request is ${var.traffic.per_request}: give a number of transfers from 1 to 1000."
  }

  validation {
    condition     = var.traffic.busiest_group > 0 && var.traffic.busiest_group <= 1
    error_message = "traffic.busiest_group is ${var.traffic.busiest_group}: give a share above 0 and up to 1."
  }

  validation {
    condition     = var.traffic.status_reads >= 0 && var.traffic.result_subscriptions >= 0
    error_message = "traffic: status_reads and result_subscriptions must be 0 or more."
  }

  validation {
    condition     = var.traffic.logged_share >= 0 && var.traffic.logged_share <= 1
    error_message = "traffic.logged_share is ${var.traffic.logged_share}: give a share from 0 to 1."
  }
}

# What such traffic makes: messages, and what they weigh. Sizes were measured, see sizes.yaml.
locals {
  sizes        = yamldecode(file("${path.module}/sizes.yaml"))
  result_sizes = reverse(local.sizes.result_bytes)

  requests_per_second = var.transfers_per_second / var.traffic.per_request
  reads_per_second    = var.transfers_per_second * var.traffic.status_reads

  # A group's bells and its results follow the worker's steps, so there are no more of them than steps; and no more than transfers.
  messages_per_second = min(var.transfers_per_second, local.ordering_groups * local.sizes.steps_per_second)
  results_per_message = var.transfers_per_second / local.messages_per_second
  result_bytes        = [for size in local.result_sizes : size.bytes if size.from <= local.results_per_message][0]

  # Of the busiest group alone, whose results have one key.
  busiest_per_second          = var.transfers_per_second * var.traffic.busiest_group
  busiest_messages_per_second = min(local.busiest_per_second, local.sizes.steps_per_second)
  busiest_results_per_message = local.busiest_per_second / local.busiest_messages_per_second
  busiest_result_bytes        = [for size in local.result_sizes : size.bytes if size.from <= local.busiest_results_per_message][0]
}
