terraform {
  # 1.11 is the first with write-only arguments, which keep secrets out of the state.
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.45"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.1"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 3.2"
    }
  }
}

provider "google" {
  project = local.cloud.project_id
  region  = local.cloud.region
}

# The token of whoever runs Terraform; ephemeral, so that no state has it. The control plane's name has a certificate that
# everybody trusts, so no authority is given.
ephemeral "google_client_config" "current" {}

provider "kubernetes" {
  host  = "https://${local.cloud.cluster_endpoint}"
  token = ephemeral.google_client_config.current.access_token
}

provider "helm" {
  kubernetes = {
    host  = "https://${local.cloud.cluster_endpoint}"
    token = ephemeral.google_client_config.current.access_token
  }
}
