locals {
  # What the GKE overlay's annotations say, in the words of the variable `scaling`.
  scaling_fields = yamldecode(file("${path.module}/../scaling/fields.yaml"))
  overlay_scaling = {
    for function, patch in local.patches : function => {
      for field, rule in local.scaling_fields :
      field => tonumber(trimsuffix(patch.spec.template.metadata.annotations[rule.at], try(rule.suffix, "")))
      if can(patch.spec.template.metadata.annotations[rule.at])
    }
  }

  # The overlay's, unless the variable says otherwise: null says nothing. A name that is no function stays in, so that the module
  # refuses it.
  scaling = {
    for function in setunion(keys(local.services), keys(var.scaling)) :
    function => merge(try(local.overlay_scaling[function], {}), { for field, value in try(var.scaling[function], {}) : field => value if value != null })
  }

  # The variables whose values differ from project to project. Each function gets those that its base names.
  project_values = {
    PUBSUB_PROJECT_ID    = local.cloud.project_id
    PUSH_SERVICE_ACCOUNT = local.cloud.push_service_account
    CALLER_ISSUER        = var.caller_issuer
    CALLER_JWKS_URL      = var.caller_jwks_url
    CALLER_AUDIENCE      = var.caller_audience
  }

  # Those that every function reads, and no base names.
  optional_values = { for variable, value in { OTEL_EXPORTER_OTLP_ENDPOINT = var.otlp_endpoint } : variable => value if value != "" }
}

module "scaling" {
  source = "../scaling"

  scaling              = local.scaling
  max_connections      = local.cloud.max_connections
  node_pool            = { min_nodes = local.cloud.nodes.min, max_nodes = local.cloud.nodes.max }
  transfers_per_second = var.transfers_per_second

  image            = var.image
  namespace        = kubernetes_namespace_v1.settle.metadata[0].name
  service_accounts = { for function in keys(local.services) : function => function }
  environment = {
    for function, service in local.services : function => merge(local.optional_values, {
      for variable in service.spec.template.spec.containers[0].env :
      variable.name => local.project_values[variable.name] if contains(keys(local.project_values), variable.name)
    })
  }
}

# Each change is a new revision; until it is ready, the one before goes on answering. The apply waits for a new function. Of one
# that is changed the provider may still see that the revision before is ready: await-rollout.sh looks whether this one is.
resource "kubernetes_manifest" "function" {
  for_each = module.scaling.manifests

  manifest = merge(each.value, {
    metadata = merge(each.value.metadata, {
      annotations = merge(try(each.value.metadata.annotations, {}), try(local.patches[each.key].metadata.annotations, {}))
    })
    spec = merge(each.value.spec, {
      template = merge(each.value.spec.template, {
        metadata = merge(each.value.spec.template.metadata, {
          annotations = merge(each.value.spec.template.metadata.annotations, {
            # A pod reads its secrets when it starts: a new version of one must start new pods.
            "settle/secrets" = "${local.mysql_revision}-${local.redis_revision}"
          })
        })
      })
    })
  })

  wait {
    condition {
      type   = "Ready"
      status = "True"
    }
  }

  timeouts {
    create = "15m"
    update = "15m"
  }

  depends_on = [
    kubernetes_manifest.knative_serving,
    kubernetes_manifest.policy,
    kubernetes_secret_v1.mysql,
    kubernetes_secret_v1.redis,
    kubernetes_service_account_v1.account,
  ]
}
