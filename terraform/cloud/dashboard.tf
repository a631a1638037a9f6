locals {
  # Title, filter, how points of a series are joined, and how series are: in the order in which a transaction meets them.
  charts = [
    { title = "Requests a second, by backend", filter = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" AND resource.type=\"https_lb_rule\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["resource.labels.backend_target_name"] },
    { title = "Answers a second, by class of status", filter = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" AND resource.type=\"https_lb_rule\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["metric.labels.response_code_class"] },
    { title = "p99 of requests (ms), by backend", filter = "metric.type=\"loadbalancing.googleapis.com/https/total_latencies\" AND resource.type=\"https_lb_rule\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_99", by = ["resource.labels.backend_target_name"] },
    { title = "Oldest PENDING (s)", filter = "metric.type=\"logging.googleapis.com/user/settle-oldest-pending\" AND resource.type=\"k8s_container\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = [] },
    { title = "PENDING", filter = "metric.type=\"logging.googleapis.com/user/settle-pending\" AND resource.type=\"k8s_container\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = [] },
    { title = "Outbox", filter = "metric.type=\"logging.googleapis.com/user/settle-outbox\" AND resource.type=\"k8s_container\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = [] },
    { title = "Dead letters", filter = "metric.type=\"logging.googleapis.com/user/settle-dead-letters\" AND resource.type=\"k8s_container\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = [] },
    { title = "Oldest unacknowledged message (s)", filter = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.type=\"pubsub_subscription\"", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", by = ["resource.labels.subscription_id"] },
    { title = "Pushes a second, by answer", filter = "metric.type=\"pubsub.googleapis.com/subscription/push_request_count\" AND resource.type=\"pubsub_subscription\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["metric.labels.response_class"] },
    { title = "Instances, by function", filter = "metric.type=\"kubernetes.io/container/uptime\" AND ${local.functions_only}", aligner = "ALIGN_MEAN", reducer = "REDUCE_COUNT", by = ["metadata.user_labels.\"serving.knative.dev/service\""] },
    { title = "CPU of the limit", filter = "metric.type=\"kubernetes.io/container/cpu/limit_utilization\" AND ${local.functions_only}", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = ["metadata.user_labels.\"serving.knative.dev/service\""] },
    { title = "Memory of the limit", filter = "metric.type=\"kubernetes.io/container/memory/limit_utilization\" AND metric.labels.memory_type=\"non-evictable\" AND ${local.functions_only}", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = ["metadata.user_labels.\"serving.knative.dev/service\""] },
    { title = "Cloud SQL: connections", filter = "metric.type=\"cloudsql.googleapis.com/database/network/connections\" AND resource.type=\"cloudsql_database\"", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = [] },
    { title = "Cloud SQL: CPU", filter = "metric.type=\"cloudsql.googleapis.com/database/cpu/utilization\" AND resource.type=\"cloudsql_database\"", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = [] },
    { title = "Redis: memory", filter = "metric.type=\"redis.googleapis.com/stats/memory/usage_ratio\" AND resource.type=\"redis_instance\"", aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX", by = [] },
  ]
}

resource "google_monitoring_dashboard" "settle" {
  dashboard_json = jsonencode({
    displayName = "Settle"
    gridLayout = {
      columns = "3"
      widgets = [for chart in local.charts : {
        title = chart.title
        xyChart = {
          dataSets = [{
            plotType = "LINE"
            timeSeriesQuery = {
              timeSeriesFilter = {
                filter = chart.filter
                aggregation = {
                  alignmentPeriod    = "60s"
                  perSeriesAligner   = chart.aligner
                  crossSeriesReducer = chart.reducer
                  groupByFields      = chart.by
                }
              }
            }
          }]
        }
      }]
    }
  })

  depends_on = [google_logging_metric.gauge]
}
