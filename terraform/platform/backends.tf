locals {
  endpoint_group = "settle-gateway"

  # A backend must wait longer than the function may take, or it would answer 502 for what is still going to be answered.
  margin_seconds   = 15
  function_seconds = { for function, manifest in module.scaling.manifests : function => manifest.spec.template.spec.timeoutSeconds }

  # The same pods, three times: streams last for minutes, so they have their own patience and are not in the alert on
  # latency; pushes have their own rules.
  backends = {
    api = {
      seconds = max([for function, seconds in local.function_seconds : seconds if function != "status"]...) + local.margin_seconds
      policy  = google_compute_security_policy.api.id
    }
    stream = {
      seconds = local.function_seconds["status"] + local.margin_seconds
      policy  = google_compute_security_policy.api.id
    }
    push = {
      seconds = max([for rule in local.pushes : local.function_seconds[rule.function]]...) + local.margin_seconds
      policy  = google_compute_security_policy.push.id
    }
  }
}

# The gateway's own readiness, as its pods have it (Host and port are Kourier's).
resource "google_compute_health_check" "gateway" {
  name                = "settle-gateway"
  check_interval_sec  = 5
  timeout_sec         = 5
  healthy_threshold   = 1
  unhealthy_threshold = 3

  http_health_check {
    host               = "internalkourier"
    request_path       = "/ready"
    port_specification = "USE_FIXED_PORT"
    port               = 8081
  }
}

resource "google_compute_backend_service" "gateway" {
  for_each = local.backends

  name                  = "settle-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP"
  timeout_sec           = each.value.seconds
  health_checks         = [google_compute_health_check.gateway.id]
  security_policy       = each.value.policy

  # What is on its way to a gateway that is being replaced has as long as a request may take.
  connection_draining_timeout_sec = each.value.seconds

  dynamic "backend" {
    for_each = local.cloud.zones
    content {
      group          = "projects/${local.cloud.project_id}/zones/${backend.value}/networkEndpointGroups/${local.endpoint_group}"
      balancing_mode = "RATE"
      # Not a limit, only the measure by which zones are filled alike.
      max_rate_per_endpoint = 1000
    }
  }

  log_config {
    enable      = true
    sample_rate = var.logged_share
  }

  depends_on = [kubernetes_manifest.gateway]
}

# Where everything goes that is no path of ours: it has no endpoints, and its rule answers 404.
resource "google_compute_backend_service" "nowhere" {
  name                  = "settle-nowhere"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP"
  security_policy       = google_compute_security_policy.nowhere.id
}
