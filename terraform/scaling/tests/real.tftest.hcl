# This repository's own functions, as they are.
run "takes_the_functions_as_they_are" {
  command = plan

  variables {
    max_connections      = 400
    transfers_per_second = 500
  }

  assert {
    condition     = alltrue([for name in ["accounts", "dead-letter", "ingest", "status", "sweeper", "worker"] : can(output.manifests[name])])
    error_message = jsonencode(keys(output.manifests))
  }

  assert {
    condition     = output.faults == [] && alltrue([for name, manifest in output.manifests : jsonencode(manifest) == jsonencode(yamldecode(file("../../knative/services/${name}.yaml")))])
    error_message = jsonencode(output.faults)
  }
}
