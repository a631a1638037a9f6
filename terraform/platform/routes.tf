# Which path leads where: wiring.yaml's rules, in its order, and nothing else. A GKE Gateway could not say them, since its
# paths are prefixes: /accounts/{id}/balance is status', and /accounts/{id} the accounts'. A URL map has path templates.
locals {
  # The host that Knative's gateway knows a function by.
  function_host = { for function in keys(local.services) : function => "${function}.${kubernetes_namespace_v1.settle.metadata[0].name}.${local.knative_domain}" }

  # {name} stands for one segment in both notations. The first rule that fits wins, as in wiring.yaml. A path without one is compared
  # whole: whether `/` is a template, Google does not say.
  api_routes = [
    for index, rule in local.wiring.routes : {
      priority = index + 1
      whole    = strcontains(rule.path, "{") ? null : rule.path
      template = strcontains(rule.path, "{") ? replace(rule.path, "/\\{([A-Za-z]+)\\}/", "{$1=*}") : null
      function = rule.function
      backend  = endswith(rule.path, "/stream") ? "stream" : "api"
    }
  ]

  # On the host for pushes a function's paths begin with its name, which is taken away again: several are pushed to at "/".
  pushed_functions = sort(distinct([for rule in local.pushes : rule.function]))
}

resource "google_compute_url_map" "settle" {
  name = "settle"

  # Other hosts, and other paths of these, reach nothing: the gateway would believe any Host that a caller writes.
  default_service = google_compute_backend_service.nowhere.id

  host_rule {
    hosts        = [var.api_host]
    path_matcher = "api"
  }

  path_matcher {
    name            = "api"
    default_service = google_compute_backend_service.nowhere.id

    dynamic "route_rules" {
      for_each = local.api_routes
      content {
        priority = route_rules.value.priority
        service  = google_compute_backend_service.gateway[route_rules.value.backend].id

        match_rules {
          full_path_match     = route_rules.value.whole
          path_template_match = route_rules.value.template
        }

        route_action {
          url_rewrite {
            host_rewrite = local.function_host[route_rules.value.function]
          }
        }
      }
    }
  }

  host_rule {
    hosts        = [var.push_host]
    path_matcher = "push"
  }

  path_matcher {
    name            = "push"
    default_service = google_compute_backend_service.nowhere.id

    dynamic "route_rules" {
      for_each = local.pushed_functions
      content {
        priority = route_rules.key + 1
        service  = google_compute_backend_service.gateway["push"].id

        match_rules {
          prefix_match = "/${route_rules.value}/"
        }

        route_action {
          url_rewrite {
            host_rewrite        = local.function_host[route_rules.value]
            path_prefix_rewrite = "/"
          }
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = var.push_host == local.cloud.push_host
      error_message = "push_host is ${var.push_host}, and the subscriptions of the cloud stage push to ${local.cloud.push_host}."
    }
    precondition {
      condition     = var.api_host != var.push_host
      error_message = "api_host and push_host must differ: their paths and their rules do."
    }
  }
}

# Over http nothing is answered, only sent on.
resource "google_compute_url_map" "redirect" {
  name = "settle-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "PERMANENT_REDIRECT"
    strip_query            = false
  }
}
