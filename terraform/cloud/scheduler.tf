resource "google_cloud_scheduler_job" "schedule" {
  for_each = local.schedules

  name             = each.key
  region           = var.region
  schedule         = "* * * * *"
  attempt_deadline = "60s"

  http_target {
    http_method = "POST"
    uri         = local.push_endpoints[each.key]
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = "settle-${each.value.function}"
    }
  }

  # The next minute's call does what this one did not.
  retry_config {
    retry_count = 0
  }

  lifecycle {
    precondition {
      condition     = each.value.everySeconds == 60
      error_message = "Cloud Scheduler's shortest interval is a minute, and this file knows no other."
    }
  }

  depends_on = [google_project_service.api]
}
