variable "project_id" {
  description = "Google Cloud project that everything is created in."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project's id has 6 to 30 small letters, digits and hyphens."
  }
}

variable "region" {
  description = "Region of everything that has one; publishers use it too, so that a key's messages stay in order."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region, such as europe-west1, and not a zone: the cluster and the database are in several."
  }
}

variable "push_host" {
  description = "Public host name that Pub/Sub and the scheduler push to, apart from the callers'; the platform stage has the same."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.push_host))
    error_message = "A host name only: Pub/Sub pushes to HTTPS addresses with a certificate that everybody trusts."
  }
}

variable "state_bucket" {
  description = "Bucket that keeps the state of both stages; Cloud Build reads it, and writes the platform stage's."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "The bucket's name, without gs://."
  }
}

variable "runbook_url" {
  description = "Where people read docs/operations.md; each alert links its own section there."
  type        = string

  validation {
    condition     = can(regex("^https://.+/docs/operations\\.md$", var.runbook_url))
    error_message = "The HTTPS address of docs/operations.md, without a section."
  }
}

variable "notification_channels" {
  description = "Notification channels of Cloud Monitoring that alerts go to, as projects/PROJECT/notificationChannels/ID."
  type        = list(string)

  validation {
    condition     = alltrue([for channel in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", channel))])
    error_message = "Each channel is named as projects/PROJECT/notificationChannels/ID."
  }
  validation {
    condition     = length(var.notification_channels) > 0
    error_message = "An alert that nobody hears is none."
  }
}

variable "producers" {
  description = "Who may publish transactions to the topic, as IAM members such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.producers : can(regex("^(serviceAccount|group|user):.+@.+$", member))])
    error_message = "Members are named: everybody (allUsers) must never hand in transactions."
  }
}

variable "result_consumers" {
  description = "Who reads results: by the name of its subscription, the IAM member that may."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, member in var.result_consumers : can(regex("^[a-z][a-z0-9-]{1,40}$", name)) && can(regex("^(serviceAccount|group|user):.+@.+$", member))])
    error_message = "A name of small letters, digits and hyphens, and a named member."
  }
}

variable "mysql_tier" {
  description = "Machine of the database: vCPUs and MB of memory are in its name."
  type        = string
  default     = "db-custom-4-16384"

  validation {
    condition     = can(regex("^db-(custom|perf-optimized)-", var.mysql_tier))
    error_message = "A machine with dedicated CPUs: shared ones (db-f1-micro, db-g1-small) have no SLA."
  }
}

variable "mysql_disk_gb" {
  description = "First size of the database's disk, in GB; it grows by itself. Operations a second grow with it."
  type        = number
  default     = 100

  validation {
    condition     = var.mysql_disk_gb >= 20
    error_message = "At least 20 GB: the redo log alone takes 8."
  }
}

variable "max_connections" {
  description = "Most connections that the database takes; the platform stage budgets the functions' pools against it."
  type        = number
  default     = 500

  validation {
    condition     = var.max_connections >= 100 && var.max_connections <= 4000
    error_message = "Between 100 and 4,000: each connection takes memory from the machine's."
  }
}

variable "mysql_password_version" {
  description = "Raise by one to give the database's user a new password, and also after an apply that was cut short at it."
  type        = number
  default     = 1

  validation {
    condition     = var.mysql_password_version >= 1 && floor(var.mysql_password_version) == var.mysql_password_version
    error_message = "A whole number, from 1 on."
  }
}

variable "redis_memory_gb" {
  description = "Memory of Redis, in GB."
  type        = number
  default     = 5

  validation {
    condition     = var.redis_memory_gb >= 1 && var.redis_memory_gb <= 300
    error_message = "Between 1 and 300 GB."
  }
}

variable "redis_url_version" {
  description = "Raise by one when Redis has a new address or password, so that the secret with them is written again."
  type        = number
  default     = 1

  validation {
    condition     = var.redis_url_version >= 1 && floor(var.redis_url_version) == var.redis_url_version
    error_message = "A whole number, from 1 on."
  }
}

variable "node_machine_type" {
  description = "Machine of the cluster's nodes."
  type        = string
  default     = "e2-standard-4"

  validation {
    condition     = can(regex("^[a-z0-9]+-[a-z0-9-]+$", var.node_machine_type))
    error_message = "A machine type, such as e2-standard-4."
  }
}

variable "nodes_per_zone" {
  description = "Fewest and most nodes in each of the three zones."
  type        = object({ min = number, max = number })
  default     = { min = 1, max = 4 }

  validation {
    condition     = var.nodes_per_zone.min >= 1 && var.nodes_per_zone.max >= var.nodes_per_zone.min
    error_message = "At least one node in each zone, and most not below fewest."
  }
}

variable "repository" {
  description = "Repository that Cloud Build deploys from, as projects/P/locations/R/connections/C/repositories/NAME; null for no trigger."
  type        = string
  default     = null

  validation {
    condition     = var.repository == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/connections/[^/]+/repositories/[^/]+$", var.repository))
    error_message = "The full name of a repository that is connected to Cloud Build (2nd generation)."
  }
}

variable "deploy_branch" {
  description = "Branch, as a regular expression, whose pushes are deployed."
  type        = string
  default     = "^main$"

  validation {
    condition     = startswith(var.deploy_branch, "^") && endswith(var.deploy_branch, "$")
    error_message = "From ^ to $: else main would also mean my-main-idea."
  }
}

variable "deploy_needs_approval" {
  description = "Whether a person must approve each build before it runs; true for production."
  type        = bool
  default     = true
}

variable "build_substitutions" {
  description = "Values of cloudbuild.yaml's other substitutions, such as { _API_URL = \"https://api.example.com\" }; what is not given stays as it is there."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.build_substitutions) : can(regex("^_[A-Z_]+$", name))])
    error_message = "Names as in cloudbuild.yaml: an underscore, and capital letters."
  }
}
