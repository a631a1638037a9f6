resource "google_pubsub_topic" "topic" {
  for_each = toset(local.wiring.topics)

  name = each.key

  # A week of results, so that a consumer who subscribes late, or has lost what it had, can go back (seek). The other topics'
  # messages are bells: the rows they ring for are in MySQL.
  message_retention_duration = each.key == "transaction-results" ? "604800s" : null

  # A key's messages stay in order only if they are published in one region.
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.api]
}

resource "google_pubsub_subscription" "push" {
  for_each = local.subscriptions

  name                       = each.key
  topic                      = google_pubsub_topic.topic[each.value.topic].id
  enable_message_ordering    = each.value.ordered
  ack_deadline_seconds       = each.value.ackDeadlineSeconds
  message_retention_duration = "604800s"

  # Never expires: a quiet month must not delete the way money takes.
  expiration_policy {
    ttl = ""
  }

  push_config {
    push_endpoint = local.push_endpoints[each.key]
    oidc_token {
      service_account_email = google_service_account.push.email
      # Set: its default, the push address, would differ between environments from what functions expect.
      audience = "settle-${each.value.function}"
    }
  }

  retry_policy {
    minimum_backoff = "${each.value.retry.minimumSeconds}s"
    maximum_backoff = "${each.value.retry.maximumSeconds}s"
  }

  dynamic "dead_letter_policy" {
    for_each = can(each.value.deadLetter) ? [each.value.deadLetter] : []
    content {
      dead_letter_topic     = google_pubsub_topic.topic[dead_letter_policy.value.topic].id
      max_delivery_attempts = dead_letter_policy.value.maxDeliveryAttempts
    }
  }
}

# For whoever wants results: each consumer has a subscription of its own, and reads that one only.
resource "google_pubsub_subscription" "results" {
  for_each = var.result_consumers

  name                       = "transaction-results-to-${each.key}"
  topic                      = google_pubsub_topic.topic["transaction-results"].id
  enable_message_ordering    = true
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }
}
