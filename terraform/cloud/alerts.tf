resource "google_monitoring_alert_policy" "alert" {
  for_each = local.alerts

  display_name          = "Settle: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels

  dynamic "conditions" {
    for_each = each.value.conditions
    content {
      display_name = each.value.title
      condition_threshold {
        filter          = conditions.value.filter
        comparison      = "COMPARISON_GT"
        threshold_value = conditions.value.above
        duration        = "${conditions.value.for_seconds}s"

        aggregations {
          alignment_period     = "${conditions.value.period}s"
          per_series_aligner   = conditions.value.aligner
          cross_series_reducer = try(conditions.value.reducer, "REDUCE_NONE")
          group_by_fields      = try(conditions.value.group_by, [])
        }
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.title}. What it means and what to do: ${var.runbook_url}#${each.key}"
    links {
      display_name = "Runbook: ${each.key}"
      url          = "${var.runbook_url}#${each.key}"
    }
  }

  # An hour without data, and the incident is closed: instances come and go, and take their series with them.
  alert_strategy {
    auto_close = "3600s"
  }
}

# Nothing else would notice: without sweeps there are no gauges, so the alerts on them stay silent.
resource "google_monitoring_alert_policy" "sweeper_silent" {
  display_name          = "Settle: No sweep for 10 min"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = var.notification_channels

  conditions {
    display_name = "No sweep for 10 min"
    condition_absent {
      filter   = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.gauge["settle-oldest-pending"].name}\" AND resource.type=\"k8s_container\""
      duration = "600s"

      # Together: an instance of the sweeper that has gone is none that is silent.
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_COUNT"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "No sweep for 10 min. What it means and what to do: ${var.runbook_url}#sweeper-silent"
    links {
      display_name = "Runbook: sweeper-silent"
      url          = "${var.runbook_url}#sweeper-silent"
    }
  }

  alert_strategy {
    auto_close = "3600s"
  }
}
