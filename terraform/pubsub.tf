resource "google_pubsub_topic" "topic" {
  for_each = toset(local.wiring.topics)

  name = each.key
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
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
    push_endpoint = "${var.function_urls[each.value.function]}${each.value.path}"
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
