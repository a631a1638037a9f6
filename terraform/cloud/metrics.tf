# The sweeper looks at the rows each minute and logs what it found, one line a sweep: "swept", with its gauges
# (functions/sweeper/sweep.ts). That line is the only place where the age of the oldest PENDING row is known.
locals {
  swept = join(" AND ", [
    "resource.type=\"k8s_container\"",
    "resource.labels.namespace_name=\"settle\"",
    "jsonPayload.function=\"sweeper\"",
    "jsonPayload.message=\"swept\"",
  ])

  # Name of the metric: the field of the line, its unit, and what it says.
  gauges = {
    settle-oldest-pending = { field = "oldestPendingSeconds", unit = "s", about = "Age of the oldest PENDING transaction." }
    settle-pending        = { field = "pending", unit = "1", about = "PENDING transactions." }
    settle-outbox         = { field = "outbox", unit = "1", about = "Batches decided and not yet told." }
    settle-dead-letters   = { field = "deadLetters", unit = "1", about = "Dead letters that nobody has replayed or discarded." }
  }
}

resource "google_logging_metric" "gauge" {
  for_each = local.gauges

  name            = each.key
  description     = each.value.about
  filter          = local.swept
  value_extractor = "EXTRACT(jsonPayload.${each.value.field})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit
  }

  # What is read out of a distribution lies somewhere in its bucket: these are narrow where the alerts' thresholds are.
  bucket_options {
    explicit_buckets {
      bounds = [0, 0.5, 1, 2, 5, 10, 20, 30, 60, 90, 120, 150, 180, 300, 600, 1800, 3600, 10000, 100000, 1000000]
    }
  }

  depends_on = [google_project_service.api]
}
