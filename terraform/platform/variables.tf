variable "state_bucket" {
  description = "Bucket that keeps the state of both stages."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "The bucket's name, without gs://."
  }
}

variable "image" {
  description = "Image of all functions, by digest: REGION-docker.pkg.dev/PROJECT/settle/settle@sha256:…"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/[^@:]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "By digest, not by tag: what was tested is what runs, and the one before can be had back."
  }
}

variable "api_host" {
  description = "Public host name that callers use."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.api_host))
    error_message = "A host name only, such as api.example.com."
  }
}

variable "push_host" {
  description = "Public host name that Pub/Sub and the scheduler push to: the cloud stage's push_host."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.push_host))
    error_message = "A host name only, such as push.example.com."
  }
}

variable "caller_issuer" {
  description = "Issuer of callers' tokens (CALLER_ISSUER)."
  type        = string

  validation {
    condition     = length(var.caller_issuer) > 0
    error_message = "Without an issuer no caller could be known."
  }
}

variable "caller_jwks_url" {
  description = "The issuer's public keys (CALLER_JWKS_URL)."
  type        = string

  validation {
    condition     = startswith(var.caller_jwks_url, "https://")
    error_message = "Over HTTPS: whoever can change the keys can be anybody."
  }
}

variable "caller_audience" {
  description = "Audience that callers' tokens must carry (CALLER_AUDIENCE)."
  type        = string
  default     = "settle"

  validation {
    condition     = length(var.caller_audience) > 0
    error_message = "Without an audience a token for another service would be good here."
  }
}

variable "otlp_endpoint" {
  description = "Where functions send metrics and traces, over OTLP/HTTP (OTEL_EXPORTER_OTLP_ENDPOINT): a collector in the cluster as http://SERVICE.NAMESPACE.svc.cluster.local:PORT, another as https://…; empty: nowhere."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(http://[a-z0-9-]+\\.[a-z0-9-]+\\.svc\\.cluster\\.local:[0-9]{2,5}|https://[a-z0-9.-]+(/[^ ]*)?)?$", var.otlp_endpoint))
    error_message = "http://SERVICE.NAMESPACE.svc.cluster.local:PORT or https://HOST/PATH: only those does the network let functions reach."
  }
}

# Not a map of objects: converting to one drops every field it does not name, and a misspelled one would be believed to hold.
# terraform/scaling says which fields there are, and refuses others.
variable "scaling" {
  description = "How each function scales: a map by function of objects, such as { worker = { min = 2, max = 6 } }; terraform/scaling/README.md has the fields. What is not given stays as the GKE overlay and the base YAML have it."
  type        = any
  default     = {}

  validation {
    condition     = can(keys(var.scaling))
    error_message = "scaling is a map by function, such as { worker = { min = 2, max = 6 } }."
  }
  validation {
    condition     = alltrue([for fields in try(values(var.scaling), []) : can(keys(fields))])
    error_message = "Of each function scaling has an object of fields, such as { min = 2, max = 6 }; not of ${try(join(", ", [for name, fields in var.scaling : name if !can(keys(fields))]), "")}."
  }
}

variable "transfers_per_second" {
  description = "Transfers a second that the limits are checked at, and the cost is estimated for."
  type        = number
  default     = 100

  validation {
    condition     = var.transfers_per_second > 0
    error_message = "More than 0."
  }
}

variable "knative_version" {
  description = "Version of the Knative Operator, and of the Serving that it installs."
  type        = string
  default     = "1.23.0"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.knative_version))
    error_message = "A version such as 1.23.0, without the v."
  }
}

variable "requests_per_minute" {
  description = "Most requests a minute from one address, before Cloud Armor answers 429; callers behind one address share it."
  type        = number
  default     = 60000

  validation {
    condition     = var.requests_per_minute >= 1 && var.requests_per_minute <= 1000000
    error_message = "Between 1 and 1,000,000."
  }
}

variable "waf_preview" {
  description = "Whether Cloud Armor's rule sets only log what they would refuse; true while their false alarms are not known."
  type        = bool
  default     = false
}

variable "logged_share" {
  description = "Share of requests that the load balancer logs, 0 to 1."
  type        = number
  default     = 0.01

  validation {
    condition     = var.logged_share >= 0 && var.logged_share <= 1
    error_message = "Between 0 and 1."
  }
}
