resource "kubernetes_namespace_v1" "settle" {
  metadata {
    name   = "settle"
    labels = yamldecode(file("${local.overlay}/namespace.yaml")).metadata.labels
  }
}

locals {
  accounts = merge(local.cloud.function_service_accounts, { migrate = local.cloud.migrate_service_account })

  # The collector in the cluster that functions send to, if that is where they send; the overlay's policy names Google's.
  sends_inside = strcontains(var.otlp_endpoint, ".svc.cluster.local:")
  collector    = try(regex("^http://[^.]+\\.(?P<namespace>[^.]+)\\.svc\\.cluster\\.local:(?P<port>[0-9]+)$", var.otlp_endpoint), { namespace = "gke-managed-otel", port = "4318" })
  policy_texts = split("\n---\n", replace(replace(
    file("${local.overlay}/network-policies.yaml"), "gke-managed-otel", local.collector.namespace), "port: 4318", "port: ${local.collector.port}",
  ))

  # Files of several documents, by kind and name.
  policies = {
    for document in [for text in concat(local.policy_texts, split("\n---\n", file("${local.overlay}/pod-disruption-budgets.yaml"))) : yamldecode(text)] :
    "${document.kind} ${document.metadata.name}" => document
    if document.metadata.name != "telemetry-out" || local.sends_inside
  }
}

# One a function, named as it, and bound to the Google account of that function. Nothing here calls Kubernetes, so its
# token is not mounted.
resource "kubernetes_service_account_v1" "account" {
  for_each = local.accounts

  metadata {
    name        = each.key
    namespace   = kubernetes_namespace_v1.settle.metadata[0].name
    annotations = { "iam.gke.io/gcp-service-account" = each.value }
  }
  automount_service_account_token = false
}

resource "kubernetes_manifest" "policy" {
  for_each = local.policies

  manifest = merge(each.value, {
    metadata = merge(each.value.metadata, { namespace = kubernetes_namespace_v1.settle.metadata[0].name })
  })
}

# Cloud Build applies this stage, of which the Operator's chart makes roles of its own: Kubernetes lets only who has all rights
# give them. Whoever applies it the first time is an owner of the project, who has them too.
resource "kubernetes_cluster_role_binding_v1" "build" {
  metadata {
    name = "settle-build"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }
  dynamic "subject" {
    for_each = local.cloud.build_service_account
    content {
      api_group = "rbac.authorization.k8s.io"
      kind      = "User"
      name      = subject.value
    }
  }
}
