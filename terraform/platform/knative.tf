locals {
  # Knative's own names, such as worker.settle.knative.internal. Nobody else knows them: the load balancer writes them into a
  # request according to its path, and no other request reaches the gateway.
  knative_domain = "knative.internal"
}

resource "helm_release" "knative_operator" {
  name             = "knative-operator"
  namespace        = "knative-operator"
  create_namespace = true
  repository       = "https://knative.github.io/operator"
  chart            = "knative-operator"
  # As the chart writes it: without the v Helm would find it, and the provider refuse that what it got has another version.
  version = "v${var.knative_version}"
}

resource "kubernetes_namespace_v1" "knative_serving" {
  metadata {
    name = "knative-serving"
  }
}

# Planned only once the Operator is there, since its definition comes with it: see the README for the first time.
resource "kubernetes_manifest" "knative_serving" {
  manifest = {
    apiVersion = "operator.knative.dev/v1beta1"
    kind       = "KnativeServing"
    metadata = {
      name      = "knative-serving"
      namespace = kubernetes_namespace_v1.knative_serving.metadata[0].name
    }
    spec = {
      version = var.knative_version

      # Of the activator, the autoscaler, the webhook and the gateway: in two zones each, so that a lost one stops nothing.
      high-availability = { replicas = 2 }

      # The budgets that come with Knative ask for 80 % of two, which is both: no node could ever be drained.
      podDisruptionBudgets = [
        { name = "activator-pdb", minAvailable = "50%" },
        { name = "webhook-pdb", minAvailable = "50%" },
        { name = "3scale-kourier-gateway-pdb", minAvailable = "50%" },
      ]

      # Kourier: one Envoy, without a mesh. Its Service gets no address of its own: the load balancer calls its pods.
      ingress = {
        kourier = {
          enabled      = true
          service-type = "ClusterIP"
        }
      }

      config = {
        autoscaler = {
          enable-scale-to-zero       = "true"
          scale-to-zero-grace-period = "30s"
        }
        defaults = {
          # The balance stream's 330 s, and what a function may ask for at the most.
          max-revision-timeout-seconds = "600"
        }
        deployment = {
          # Longer than an image takes to be pulled to a new node, and a node to be added.
          progress-deadline = "600s"
        }
        domain = {
          (local.knative_domain) = ""
        }
        features = {
          # What a manifest forgets, such as running as nobody, is filled in.
          secure-pod-defaults = "enabled"
        }
        network = {
          ingress-class = "kourier.ingress.networking.knative.dev"
        }
      }
    }
  }

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

  depends_on = [helm_release.knative_operator]
}

# The gateway's pods as endpoints of the load balancer, in every zone that has nodes: no hop over a node in between.
# It waits for the groups, which the backends of the load balancer name.
resource "kubernetes_manifest" "gateway" {
  manifest = {
    apiVersion = "v1"
    kind       = "Service"
    metadata = {
      name      = "settle-gateway"
      namespace = kubernetes_namespace_v1.knative_serving.metadata[0].name
      annotations = {
        "cloud.google.com/neg" = jsonencode({ exposed_ports = { "80" = { name = local.endpoint_group } } })
      }
    }
    spec = {
      type     = "ClusterIP"
      selector = { app = "3scale-kourier-gateway" }
      ports    = [{ name = "http", port = 80, targetPort = 8080, protocol = "TCP" }]
    }
  }

  wait {
    fields = {
      "metadata.annotations[\"cloud.google.com/neg-status\"]" = ".+"
    }
  }

  depends_on = [kubernetes_manifest.knative_serving]
}
