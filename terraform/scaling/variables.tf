variable "scaling" {
  # Not a map of objects: converting to one drops every field it does not name, so that a misspelled one would be
  # believed to hold. For the same reason whoever passes this on must declare it `any` as well.
  type        = any
  default     = {}
  nullable    = false
  description = <<-EOT
    How each function scales: a map by function of objects, such as { worker = { min = 2, max = 6 } }. What is not given,
    or is null, stays as the function's base YAML has it. A number is a number; a quantity is a text.
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
