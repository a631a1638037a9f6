resource "google_artifact_registry_repository" "settle" {
  location      = var.region
  repository_id = "settle"
  format        = "DOCKER"
  description   = "The image of all functions; FUNCTION_TARGET says which one a container is."

  # Tags may move: what is deployed is named by its digest. Immutable ones could not be deleted, nor could the images they name.

  # Found faults are on the image's page, and the build refuses images with severe ones.
  vulnerability_scanning_config {
    enablement_config = "INHERITED"
  }

  # The last twenty are kept whatever their age: rolling back needs the one before, also after a quiet quarter.
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 20
    }
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "7776000s"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_artifact_registry_repository_iam_member" "node_pulls" {
  location   = google_artifact_registry_repository.settle.location
  repository = google_artifact_registry_repository.settle.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.node.member
}

# Where Artifact Analysis writes bills of materials, by its own name for it (`gcloud artifacts sbom export` takes no other): made
# here, or the build would have to be able to make buckets. Its guide asks for this role; on this bucket alone it is not much.
resource "google_storage_bucket" "sbom" {
  name                        = "artifactanalysis-${var.region}-${data.google_project.project.number}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  depends_on                  = [google_project_service.api]
}

resource "google_storage_bucket_iam_member" "build_writes_sbom" {
  bucket = google_storage_bucket.sbom.name
  role   = "roles/storage.admin"
  member = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build_pushes" {
  location   = google_artifact_registry_repository.settle.location
  repository = google_artifact_registry_repository.settle.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}
