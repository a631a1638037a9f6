# No provider: what is here is arithmetic, so `terraform test` proves it without a cloud, a registry or a network.
terraform {
  required_version = ">= 1.9"
}
