# The refused plans that README.md shows; tests/terraform/scaling-fields.test.ts holds the two against each other.
run "refuses_what_the_readme_misspells" {
  command = plan

  variables {
    max_connections = 400
    scaling = {
      worker = { min = 12, max = 6, maxx = 20, window = 5, memory = "512" }
    }
  }

  expect_failures = [output.manifests]

  assert {
    condition = slice(output.faults, 0, 4) == [
      "scaling.worker.maxx: there is no such field. There are activation, concurrency, cpu, cpu_request, initial, max, memory, memory_request, min, panic_threshold_percentage, panic_window_percentage, pool_size, retention, scale_down_delay, target, target_burst_capacity, target_utilization, timeout, window.",
      "scaling.worker.memory is \"512\": give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
      "scaling.worker.window is 5: give a whole number of seconds from 6 to 3600.",
      "scaling.worker.min is 12, and max is 6: give min = 6 at most, or max = 12 at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "refuses_the_connections_of_the_readme" {
  command = plan

  variables {
    services_folder = "tests/services"
    wiring_file     = "tests/wiring.yaml"
    max_connections = 150
    scaling = {
      ingest = { max = 10, pool_size = 2 }
      status = { max = 5, pool_size = 4 }
      worker = { max = 10, pool_size = 2 }
    }
  }

  expect_failures = [output.manifests]

  assert {
    condition     = contains(output.faults, "134 connections to MySQL at the most, and 80 % of max_connections = 150 are 120: give smaller values of max or pool_size, or max_connections = 168 at least. max x pool_size x 2 revisions: ingest 10 x 2 x 2 = 40, status 5 x 4 x 2 = 40, worker 10 x 2 x 2 = 40; kept back: 14.")
    error_message = jsonencode(output.faults)
  }
}
