# The bucket is named when Terraform is initialised (README): a backend takes no variables, and each environment has its own.
# Objects are locked while somebody applies, and versioned, so that a state that was damaged can be had back.
terraform {
  backend "gcs" {
    prefix = "settle/cloud"
  }
}
