# This repository's own functions, as they are.
run "takes_the_functions_as_they_are" {
  command = plan

  variables {
    max_connections      = 400
    transfers_per_second = 500
  }

  assert {
    condition     = length(keys(output.manifests)) > 1 && toset(keys(output.manifests)) == toset([for file in fileset("../../knative/services", "*.yaml") : trimsuffix(file, ".yaml")])
    error_message = jsonencode(keys(output.manifests))
  }

  assert {
    condition     = output.faults == [] && alltrue([for name, manifest in output.manifests : jsonencode(manifest) == jsonencode(yamldecode(file("../../knative/services/${name}.yaml")))])
    error_message = jsonencode(output.faults)
  }
}

# The six totals of docs/operations.md, "What it costs"; tests/terraform/costs.test.ts holds the two against each other.
run "costs_at_100" {
  command = plan

  variables {
    max_connections      = 500
    transfers_per_second = 100
  }

  assert {
    condition     = output.cost.total == 1741
    error_message = jsonencode(output.cost)
  }
}

run "costs_at_100_in_batches" {
  command = plan

  variables {
    max_connections      = 500
    transfers_per_second = 100
    traffic              = { per_request = 20, status_reads = 0.05 }
  }

  assert {
    condition     = output.cost.total == 1357
    error_message = jsonencode(output.cost)
  }
}

run "costs_at_1000" {
  command = plan

  variables {
    max_connections      = 500
    transfers_per_second = 1000
  }

  assert {
    condition     = output.cost.total == 7243
    error_message = jsonencode(output.cost)
  }
}

run "costs_at_1000_in_batches" {
  command = plan

  variables {
    max_connections      = 500
    transfers_per_second = 1000
    traffic              = { per_request = 20, status_reads = 0.05 }
  }

  assert {
    condition     = output.cost.total == 3384
    error_message = jsonencode(output.cost)
  }
}

run "costs_at_10000" {
  command = plan

  variables {
    max_connections      = 500
    transfers_per_second = 10000
    scaling              = { ingest = { max = 16 } }
    provisioned          = { sql_vcpus = 16, sql_memory = 64 }
  }

  assert {
    condition     = output.cost.total == 52739
    error_message = jsonencode(output.cost)
  }
}

run "costs_at_10000_in_batches" {
  command = plan

  variables {
    max_connections      = 500
    transfers_per_second = 10000
    scaling              = { ingest = { max = 16 } }
    provisioned          = { sql_vcpus = 16, sql_memory = 64 }
    traffic              = { per_request = 20, status_reads = 0.05 }
  }

  assert {
    condition     = output.cost.total == 13913
    error_message = jsonencode(output.cost)
  }
}
