variable "project_id" {
  description = "Google Cloud project that everything is created in."
  type        = string
}

variable "region" {
  description = "Region of everything that has one; publishers use it too, so that a key's messages stay in order."
  type        = string
  default     = "europe-west1"
}

variable "function_urls" {
  description = "Public HTTPS address of each function that takes pushes: ingest, worker, dead-letter, sweeper."
  type        = map(string)

  validation {
    condition     = alltrue([for url in values(var.function_urls) : startswith(url, "https://")])
    error_message = "Pub/Sub pushes to HTTPS addresses only."
  }
}
