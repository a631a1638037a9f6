# One row an alert. Its key is its heading in docs/operations.md, where the runbook says what to do. A policy fires when any
# of its conditions holds for `for_seconds`.
locals {
  functions_only = "resource.type=\"k8s_container\" AND resource.labels.namespace_name=\"settle\" AND resource.labels.container_name=\"function\""
  pushed_only    = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=one_of(${join(", ", [for name in keys(local.subscriptions) : "\"${name}\""])})"

  alerts = {
    cpu = {
      title    = "CPU of an instance over 80 % of its limit for 5 min"
      severity = "WARNING"
      conditions = [{
        filter      = "metric.type=\"kubernetes.io/container/cpu/limit_utilization\" AND ${local.functions_only}"
        aligner     = "ALIGN_MEAN"
        period      = 60
        for_seconds = 300
        above       = 0.8
      }]
    }

    memory = {
      title    = "Memory of an instance over 60 % of its limit for 5 min"
      severity = "WARNING"
      conditions = [{
        # What the kernel could take back at once, such as cached files, is no sign of a leak.
        filter      = "metric.type=\"kubernetes.io/container/memory/limit_utilization\" AND metric.labels.memory_type=\"non-evictable\" AND ${local.functions_only}"
        aligner     = "ALIGN_MEAN"
        period      = 60
        for_seconds = 300
        above       = 0.6
      }]
    }

    restarts = {
      title    = "An instance restarted more than once in 10 min"
      severity = "ERROR"
      conditions = [{
        filter      = "metric.type=\"kubernetes.io/container/restart_count\" AND ${local.functions_only}"
        aligner     = "ALIGN_DELTA"
        period      = 600
        for_seconds = 0
        above       = 1
      }]
    }

    node-not-ready = {
      title    = "A node is not ready for 5 min"
      severity = "ERROR"
      conditions = [{
        # GKE reports it from 1.32.1 on; "Unknown" is a node that says nothing any more.
        filter      = "metric.type=\"kubernetes.io/node/status_condition\" AND resource.type=\"k8s_node\" AND resource.labels.cluster_name=\"${google_container_cluster.settle.name}\" AND metric.labels.condition=\"Ready\" AND metric.labels.status=one_of(\"False\", \"Unknown\")"
        aligner     = "ALIGN_FRACTION_TRUE"
        period      = 60
        for_seconds = 300
        above       = 0.5
      }]
    }

    slow-requests = {
      title    = "More than 1 % of requests over 2 s for 5 min"
      severity = "ERROR"
      conditions = [{
        # A p99 above 2 s is the same as more than 1 % above 2 s. Streams have a backend of their own, and are not in it.
        filter      = "metric.type=\"loadbalancing.googleapis.com/https/total_latencies\" AND resource.type=\"https_lb_rule\" AND resource.labels.backend_target_name=\"settle-api\""
        aligner     = "ALIGN_DELTA"
        reducer     = "REDUCE_PERCENTILE_99"
        group_by    = ["resource.labels.backend_target_name"]
        period      = 60
        for_seconds = 300
        above       = 2000
      }]
    }

    oldest-unacked = {
      title    = "A pushed message is unacknowledged for more than 2 min"
      severity = "ERROR"
      conditions = [{
        filter      = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND ${local.pushed_only}"
        aligner     = "ALIGN_MAX"
        period      = 60
        for_seconds = 60
        above       = 120
      }]
    }

    dead-letters = {
      title    = "There is a dead letter"
      severity = "ERROR"
      conditions = [
        {
          # A group that could not be drained: Pub/Sub has given its bell up.
          filter      = "metric.type=\"pubsub.googleapis.com/subscription/dead_letter_message_count\" AND ${local.pushed_only}"
          aligner     = "ALIGN_DELTA"
          period      = 300
          for_seconds = 0
          above       = 0
        },
        {
          # What waits for a person: refused events, and transactions that failed as poison.
          filter      = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.gauge["settle-dead-letters"].name}\" AND resource.type=\"k8s_container\""
          aligner     = "ALIGN_PERCENTILE_99"
          period      = 300
          for_seconds = 0
          above       = 0.5
        },
      ]
    }

    oldest-pending = {
      title    = "A transaction is PENDING for more than 2 min"
      severity = "CRITICAL"
      conditions = [{
        # Two sweeps have rung for it by then. At 180 s ingest takes no more (PENDING_LIMIT_SECONDS).
        filter      = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.gauge["settle-oldest-pending"].name}\" AND resource.type=\"k8s_container\""
        aligner     = "ALIGN_PERCENTILE_99"
        period      = 120
        for_seconds = 0
        above       = 120
      }]
    }

    sql-connections = {
      title    = "Cloud SQL has more than 80 % of its connections in use"
      severity = "ERROR"
      conditions = [{
        filter      = "metric.type=\"cloudsql.googleapis.com/database/network/connections\" AND resource.type=\"cloudsql_database\" AND resource.labels.database_id=\"${var.project_id}:${google_sql_database_instance.settle.name}\""
        aligner     = "ALIGN_MEAN"
        period      = 60
        for_seconds = 120
        above       = 0.8 * var.max_connections
      }]
    }

    redis-memory = {
      title    = "Redis has more than 80 % of its memory in use for 5 min"
      severity = "WARNING"
      conditions = [{
        filter      = "metric.type=\"redis.googleapis.com/stats/memory/usage_ratio\" AND resource.type=\"redis_instance\" AND resource.labels.instance_id=\"${google_redis_instance.settle.id}\""
        aligner     = "ALIGN_MEAN"
        period      = 60
        for_seconds = 300
        above       = 0.8
      }]
    }
  }
}
