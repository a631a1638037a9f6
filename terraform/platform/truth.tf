# What the cloud stage made.
data "terraform_remote_state" "cloud" {
  backend = "gcs"
  config = {
    bucket = var.state_bucket
    prefix = "settle/cloud"
  }
}

# The rest is read from the files that everything else runs from.
locals {
  cloud = data.terraform_remote_state.cloud.outputs

  wiring = yamldecode(file("${path.module}/../../knative/wiring.yaml"))
  pushes = concat(local.wiring.subscriptions, local.wiring.schedules)

  services = {
    for file in fileset("${path.module}/../../knative/services", "*.yaml") :
    trimsuffix(file, ".yaml") => yamldecode(file("${path.module}/../../knative/services/${file}"))
  }

  # What the overlay says beyond the base: how a rollout goes, and how functions scale on GKE.
  overlay = "${path.module}/../../knative/overlays/gke"
  patches = {
    for file in fileset("${local.overlay}/functions", "*.yaml") :
    trimsuffix(file, ".yaml") => yamldecode(file("${local.overlay}/functions/${file}"))
  }
}
