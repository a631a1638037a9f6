resource "google_cloud_scheduler_job" "schedule" {
  for_each = { for rule in local.wiring.schedules : rule.name => rule }

  name             = each.key
  region           = var.region
  schedule         = "* * * * *"
  attempt_deadline = "60s"

  http_target {
    http_method = "POST"
    uri         = "${var.function_urls[each.value.function]}${each.value.path}"
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = "settle-${each.value.function}"
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.everySeconds == 60
      error_message = "Cloud Scheduler's shortest interval is a minute, and this file knows no other."
    }
  }
}
