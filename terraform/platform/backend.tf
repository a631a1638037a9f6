# The same bucket as the cloud stage's, named when Terraform is initialised (README).
terraform {
  backend "gcs" {
    prefix = "settle/platform"
  }
}
