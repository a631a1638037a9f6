variable "scaling" {
  # Not a map of objects: converting to one drops every field it does not name, so that a misspelled one would be
  # believed to hold. For the same reason whoever passes this on must declare it `any` as well.
  type        = any
  default     = {}
  nullable    = false
  description = <<-EOT
    How each function scales: a map by function of objects, such as { worker = { min = 2, max = 6 } }. What is not given,
    or is null, stays as the function's base YAML has it. A number is a number; a quantity is a text.
    min: fewest instances; with 0 the first request after a pause waits for a start (instances; whole, 0 to 1000).
    max: most instances of a revision; while a new revision takes over, two may each have as many (instances; whole, 1 to 1000).
    initial: instances that a new revision starts with, before it is ready (instances; whole, 1 to 1000).
    activation: fewest instances when it starts from none (instances; whole, 2 to 1000).
    concurrency: most requests at a time in an instance; what is more waits in its queue, and beyond ten times as many gets a 503 (requests; whole, 1 to 1000).
    target: requests at a time that an instance should have; with more, Knative adds instances (requests; 0.01 to 1000).
    target_utilization: share of `target` at which Knative already adds instances (percent; 1 to 100).
    window: time over which load is averaged; longer is calmer, and slower (seconds; whole, 6 to 3600).
    panic_window_percentage: share of `window` that is looked at for a burst (percent; 1 to 100).
    panic_threshold_percentage: load in that share, of what the instances there are should have, from which Knative only scales up (percent; 110 to 1000).
    target_burst_capacity: requests that must find room at once, or the activator stays in the way and holds them; -1 is always, 0 only at no instances (requests; whole, -1 to 10000).
    scale_down_delay: time for which fewer instances must have been enough before some end (seconds; whole, 0 to 3600).
    retention: time that the last instance is kept without load, where `min` is 0 (seconds; whole, 0 to 3600).
    cpu: most CPU of an instance; one process uses hardly more than 1 (cores; 50m to 8).
    cpu_request: CPU that a node must have left to take an instance (cores; 50m to 8).
    memory: most memory of an instance; beyond it, it is killed (bytes; 128Mi to 16Gi).
    memory_request: memory that a node must have left to take an instance (bytes; 128Mi to 16Gi).
    pool_size: most connections of an instance to MySQL (connections; whole, 1 to 100).
    timeout: time after which a request is cut off with a 504, and that an ending instance has to finish (seconds; whole, 60 to 600).
  EOT

  validation {
    condition     = can(keys(var.scaling))
    error_message = "scaling must be a map by function, such as { worker = { min = 2, max = 6 } }."
  }
}

variable "services_folder" {
  description = "Folder of the functions' base YAML, one Knative Service a file. By default this repository's knative/services."
  type        = string
  default     = null
}

variable "wiring_file" {
  description = "What leads to which function: subscriptions with their acknowledgement deadlines. By default this repository's knative/wiring.yaml."
  type        = string
  default     = null
}

variable "image" {
  description = "Image of every function, best with its digest. Not given: as in the base YAML."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Kubernetes namespace of every Service. Not given: as in the base YAML."
  type        = string
  default     = null
}

variable "service_accounts" {
  description = "Kubernetes service account by function. A function not named: as in the base YAML."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.service_accounts), local.functions)) == 0
    error_message = "service_accounts names what is no function: ${join(", ", setsubtract(keys(var.service_accounts), local.functions))}. There are ${join(", ", local.functions)}."
  }
}

variable "environment" {
  description = "Environment variables by function: each replaces what the base YAML has of that name, and stays in its place, or is added at the end."
  type        = map(map(string))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.environment), local.functions)) == 0
    error_message = "environment names what is no function: ${join(", ", setsubtract(keys(var.environment), local.functions))}. There are ${join(", ", local.functions)}."
  }

  validation {
    condition     = alltrue([for variables in values(var.environment) : !contains(keys(variables), "MYSQL_POOL_SIZE")])
    error_message = "environment must not set MYSQL_POOL_SIZE: say it as pool_size in scaling, where it is counted."
  }

  validation {
    condition     = alltrue([for variables in values(var.environment) : !contains(keys(variables), "FUNCTION_TARGET")])
    error_message = "environment must not set FUNCTION_TARGET: it would run another function under this one's name."
  }
}
