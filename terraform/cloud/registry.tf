resource "google_artifact_registry_repository" "settle" {
  location      = var.region
  repository_id = "settle"
  format        = "DOCKER"
  description   = "The image of all functions; FUNCTION_TARGET says which one a container is."

  # What a tag named when it was tested is what it names when it is deployed.
  docker_config {
    immutable_tags = true
  }

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

resource "google_artifact_registry_repository_iam_member" "build_pushes" {
  location   = google_artifact_registry_repository.settle.location
  repository = google_artifact_registry_repository.settle.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}
