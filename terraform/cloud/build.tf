resource "google_service_account" "build" {
  account_id   = "settle-build"
  display_name = "Settle: builds, tests and applies the platform stage"
  depends_on   = [google_project_service.api]
}

# What applying the platform stage takes, and writing the build's log. It cannot change this stage: neither the database nor
# the cluster itself, nor who may do what on the project.
resource "google_project_iam_member" "build" {
  for_each = toset([
    "roles/logging.logWriter",
    # The load balancer, and Cloud Armor's policies.
    "roles/compute.loadBalancerAdmin",
    "roles/compute.securityAdmin",
    # Reads what the scan of an image found, and signs for nothing.
    "roles/containeranalysis.occurrences.viewer",
  ])

  project = var.project_id
  role    = each.key
  member  = google_service_account.build.member
}

# Comes as far as the cluster's door. What it may do inside says the platform stage (namespace.tf there); the ready-made role that
# is enough to install Knative, roles/container.admin, could also delete the cluster.
resource "google_project_iam_custom_role" "cluster_caller" {
  role_id     = "settleClusterCaller"
  title       = "Settle: calls the control plane"
  permissions = ["container.clusters.connect", "container.clusters.get"]
  depends_on  = [google_project_service.api]
}

resource "google_project_iam_member" "build_calls_cluster" {
  project = var.project_id
  role    = google_project_iam_custom_role.cluster_caller.id
  member  = google_service_account.build.member
}

# Reads both stages' state, since the platform stage takes its inputs from this one's outputs, and lists the bucket.
resource "google_storage_bucket_iam_member" "build_reads_state" {
  bucket = var.state_bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

# Writes the platform stage's only.
resource "google_storage_bucket_iam_member" "build_writes_state" {
  bucket = var.state_bucket
  role   = "roles/storage.objectUser"
  member = google_service_account.build.member

  condition {
    title      = "platform-state"
    expression = "resource.name.startsWith(\"projects/_/buckets/${var.state_bucket}/objects/settle/platform/\")"
  }
}

# The connection to the repository is made by hand, once: it asks a person to sign in there (README).
resource "google_cloudbuild_trigger" "deploy" {
  count = var.repository == null ? 0 : 1

  name            = "settle-deploy"
  description     = "Checks, tests, builds, and applies the platform stage with the new image."
  location        = var.region
  filename        = "cloudbuild.yaml"
  service_account = google_service_account.build.id

  repository_event_config {
    repository = var.repository
    push {
      branch = var.deploy_branch
    }
  }

  # A person looks at production before it changes.
  approval_config {
    approval_required = var.deploy_needs_approval
  }

  substitutions = merge(var.build_substitutions, {
    _REGION       = var.region
    _CLUSTER      = google_container_cluster.settle.name
    _STATE_BUCKET = var.state_bucket
  })

  depends_on = [google_project_service.api]
}
