# What is written into the base YAML, and that nothing else is changed.
variables {
  services_folder = "tests/services"
  wiring_file     = "tests/wiring.yaml"
  max_connections = 1000
}

run "leaves_the_base_as_it_is_where_nothing_is_given" {
  command = plan

  assert {
    condition     = keys(output.manifests) == ["ingest", "status", "worker"]
    error_message = jsonencode(keys(output.manifests))
  }

  assert {
    condition     = alltrue([for name, manifest in output.manifests : jsonencode(manifest) == jsonencode(yamldecode(file("tests/services/${name}.yaml")))])
    error_message = jsonencode(output.manifests)
  }
}

run "writes_every_value_where_it_belongs" {
  command = plan

  variables {
    image            = "europe-west1-docker.pkg.dev/project/settle/settle@sha256:1"
    namespace        = "settle"
    service_accounts = { worker = "worker" }
    environment      = { worker = { ORDERING_GROUPS = "8", PUBSUB_PROJECT_ID = "project", MYSQL_URL = "mysql://here" } }
    scaling = {
      worker = {
        min                     = 2, max = 6, initial = 3, activation = 4, concurrency = 20, target = 12.5, target_utilization = 80, window = 30,
        panic_window_percentage = 20, panic_threshold_percentage = 150, target_burst_capacity = 100, scale_down_delay = 45, retention = 90,
        cpu                     = 2, cpu_request = "500m", memory = "1Gi", memory_request = "512Mi", pool_size = "3", timeout = 120
      }
    }
  }

  # Compared as JSON, which tells a number from a string and keeps the order of lists.
  assert {
    condition = jsonencode(output.manifests.worker) == jsonencode({
      apiVersion = "serving.knative.dev/v1"
      kind       = "Service"
      metadata   = { name = "worker", namespace = "settle", annotations = { "serving.knative.dev/rollout-duration" = "60s" } }
      spec = {
        template = {
          metadata = {
            annotations = {
              "autoscaling.knative.dev/activation-scale"                   = "4"
              "autoscaling.knative.dev/initial-scale"                      = "3"
              "autoscaling.knative.dev/maxScale"                           = "6"
              "autoscaling.knative.dev/minScale"                           = "2"
              "autoscaling.knative.dev/panic-threshold-percentage"         = "150"
              "autoscaling.knative.dev/panic-window-percentage"            = "20"
              "autoscaling.knative.dev/scale-down-delay"                   = "45s"
              "autoscaling.knative.dev/scale-to-zero-pod-retention-period" = "90s"
              "autoscaling.knative.dev/target"                             = "12.5"
              "autoscaling.knative.dev/target-burst-capacity"              = "100"
              "autoscaling.knative.dev/target-utilization-percentage"      = "80"
              "autoscaling.knative.dev/window"                             = "30s"
              "queue.sidecar.serving.knative.dev/cpu-resource-request"     = "50m"
            }
          }
          spec = {
            containerConcurrency = 20
            serviceAccountName   = "worker"
            timeoutSeconds       = 120
            containers = [
              {
                name  = "function"
                image = "europe-west1-docker.pkg.dev/project/settle/settle@sha256:1"
                env = [
                  { name = "FUNCTION_TARGET", value = "worker" },
                  { name = "MYSQL_URL", value = "mysql://here" },
                  { name = "MYSQL_POOL_SIZE", value = "3" },
                  { name = "REDIS_URL", valueFrom = { secretKeyRef = { name = "settle-redis", key = "url" } } },
                  { name = "ORDERING_GROUPS", value = "8" },
                  { name = "PUBSUB_PROJECT_ID", value = "project" },
                ]
                readinessProbe = { httpGet = { path = "/healthz" } }
                resources      = { limits = { cpu = "2", memory = "1Gi" }, requests = { cpu = "500m", memory = "512Mi" } }
              },
              { name = "beside", image = "beside" },
            ]
          }
        }
      }
    })
    error_message = jsonencode(output.manifests.worker)
  }

  assert {
    condition     = output.manifests.ingest.spec.template.spec.containers[0].image == "europe-west1-docker.pkg.dev/project/settle/settle@sha256:1" && output.manifests.ingest.metadata.namespace == "settle"
    error_message = jsonencode(output.manifests.ingest)
  }

  assert {
    condition     = !can(output.manifests.ingest.spec.template.spec.serviceAccountName)
    error_message = jsonencode(output.manifests.ingest)
  }
}

run "changes_the_one_value_that_is_given" {
  command = plan

  variables {
    scaling = { worker = { memory = "768Mi" } }
  }

  assert {
    condition     = jsonencode(output.manifests.worker) == replace(jsonencode(yamldecode(file("tests/services/worker.yaml"))), "512Mi", "768Mi")
    error_message = jsonencode(output.manifests.worker)
  }
}

# Knative reads a scale of "1e1" or "03" not at all, or otherwise; Kubernetes sends "0.5" back as 500m, which Terraform refuses.
run "writes_numbers_and_quantities_in_their_shortest_form" {
  command = plan

  variables {
    scaling = {
      worker = { min = "03", max = "1e1", target = "15.50", window = "6e1", concurrency = "2e1", pool_size = "2.0", cpu = "0.75", cpu_request = "0.333", memory = "2048Mi", memory_request = "1536Mi" }
      ingest = { cpu = "2000m" }
    }
  }

  assert {
    condition     = [for key in ["minScale", "maxScale", "target", "window"] : output.manifests.worker.spec.template.metadata.annotations["autoscaling.knative.dev/${key}"]] == ["3", "10", "15.5", "60s"]
    error_message = jsonencode(output.manifests.worker)
  }

  assert {
    condition = (
      output.manifests.worker.spec.template.spec.containerConcurrency == 20
      && contains(output.manifests.worker.spec.template.spec.containers[0].env, { name = "MYSQL_POOL_SIZE", value = "2" })
      && output.manifests.worker.spec.template.spec.containers[0].resources == { limits = { cpu = "750m", memory = "2Gi" }, requests = { cpu = "333m", memory = "1536Mi" } }
      && output.manifests.ingest.spec.template.spec.containers[0].resources.limits.cpu == "2"
    )
    error_message = jsonencode(output.manifests)
  }
}

run "replaces_an_annotation_under_its_other_name" {
  command = plan

  variables {
    scaling = { status = { min = 1 } }
  }

  assert {
    condition     = output.manifests.status.spec.template.metadata.annotations == { "autoscaling.knative.dev/minScale" = "1", "autoscaling.knative.dev/maxScale" = "4" }
    error_message = jsonencode(output.manifests.status)
  }
}

run "gives_the_same_as_yaml" {
  command = plan

  variables {
    scaling = { worker = { min = 2 } }
  }

  assert {
    condition     = [for text in split("---\n", output.manifests_yaml) : jsonencode(yamldecode(text))] == [for name in ["ingest", "status", "worker"] : jsonencode(output.manifests[name])]
    error_message = output.manifests_yaml
  }

  # A number in an annotation would be refused by Kubernetes.
  assert {
    condition     = strcontains(output.manifests_yaml, "\"autoscaling.knative.dev/minScale\": \"2\"\n")
    error_message = output.manifests_yaml
  }
}

run "refuses_a_function_that_there_is_not" {
  command = plan

  variables {
    service_accounts = { wroker = "worker" }
    environment      = { wroker = { A = "1" } }
  }

  expect_failures = [var.service_accounts, var.environment]
}

run "refuses_a_pool_size_past_the_budget" {
  command = plan

  variables {
    environment = { worker = { MYSQL_POOL_SIZE = "50" } }
  }

  expect_failures = [var.environment]
}

run "refuses_another_function_under_a_name" {
  command = plan

  variables {
    environment = { worker = { FUNCTION_TARGET = "ingest" } }
  }

  expect_failures = [var.environment]
}
