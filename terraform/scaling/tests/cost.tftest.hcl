# The estimate, against numbers worked out by hand.
variables {
  services_folder = "tests/services"
  wiring_file     = "tests/wiring.yaml"
  max_connections = 1000
}

# 2,628,000 s in 730 hours.
# Instances: ingest 100 x 0.997 ms = 0.0997 cores, worker 100 x 0.708 ms, status 100 x 0.144 ms: one of each. Three nodes.
# GKE: 730 x (0.10 + 3 x 0.134) = 366.46.
# Cloud SQL: 730 x (4 x 0.0413 + 16 x 0.007) = 202.36; 100 x 86,400 x 30 x 1,007 bytes = 243.1 GiB x 0.17 = 41.32; twice: 487.35.
# Memorystore: 730 x 5 x 0.054 = 197.10.
# Pub/Sub: 100 messages x (2 x 1,000 + 2 x 1,000) bytes x 2,628,000 = 979.01 GiB, less 10, / 1,024 x 40 = 37.85.
# Load balancer: (100 + 100 + 100) x 2,628,000 = 788.4 million requests: 730 x 0.025 + 1,835.64 GiB x 0.008 + 28 + 788.4 x 0.75 = 652.24.
# Logging: 1 % of them x 1,500 bytes are 11 GiB, which are free.
# In all 1,740.99, for 262.8 million transfers: 6.62 a million.
run "adds_up_a_hundred_a_second" {
  command = plan

  variables {
    transfers_per_second = 100
  }

  assert {
    condition = output.cost == {
      gke_nodes = 366, cloud_sql = 487, memorystore = 197, pubsub = 38, load_balancer = 652, logging = 0, total = 1741, usd_per_million = 6.62
    }
    error_message = jsonencode(output.cost)
  }

  assert {
    condition     = output.load == { instances = { ingest = 1, status = 1, worker = 1 }, nodes = 3, messages_per_second = 100, pubsub_gib = 979, stored_gib = 243 }
    error_message = jsonencode(output.load)
  }
}

# 5,000 a second in requests of 20, read half as often, by two consumers, 10 % of requests logged.
# 528 messages a second, of 8 groups, with 9.47 results each, not compressed: 528 x 2 x 1,000 of bells and 3 x 5,000 x 910 of results
# are 14,706,000 bytes a second, 35,993 GiB. Pub/Sub: (35,993 - 10) / 1,024 x 40 = 1,405.59.
# Requests: 250 + 2,500 + 528 = 3,278 a second, 8,614.6 million: 18.25 + 20,057.5 GiB x 0.008 + 28 + 6,460.94 = 6,667.65.
# Logging: 861.46 million x 1,500 bytes = 1,203.4 GiB, less 50, x 0.50 = 576.72.
# Instances: ingest 250 x 0.974 + 5,000 x 0.023 = 0.3585 cores: 1; worker 528 x 0.661 + 5,000 x 0.047 = 0.584: 1; status 0.36: 1.
run "adds_up_what_comes_in_batches" {
  command = plan

  variables {
    transfers_per_second = 5000
    traffic              = { per_request = 20, status_reads = 0.5, result_subscriptions = 2, logged_share = 0.1 }
  }

  assert {
    condition     = output.cost.pubsub == 1406 && output.cost.load_balancer == 6668 && output.cost.logging == 577
    error_message = jsonencode(output.cost)
  }

  assert {
    condition     = output.load.instances == { ingest = 1, status = 1, worker = 1 } && output.load.pubsub_gib == 35993
    error_message = jsonencode(output.load)
  }
}

# Nodes: 3,000 x 0.997 ms = 2.991 cores / 0.7 = 5 of ingest; 528 x 0.661 + 3,000 x 0.047 = 0.49 of worker, 1; status min 20.
# 26 x 0.275 + 3 = 10.15 cores: three nodes; with a core each 26 x 1.025 + 3 = 29.65: eight.
run "adds_nodes_for_what_instances_ask" {
  command = plan

  variables {
    transfers_per_second = 3000
    scaling = {
      ingest = { cpu_request = "1" }
      worker = { cpu_request = "1" }
      status = { min = 20, max = 20, cpu_request = "1" }
    }
  }

  assert {
    condition     = output.load.instances == { ingest = 5, status = 20, worker = 1 } && output.load.nodes == 8
    error_message = jsonencode(output.load)
  }
}

# 10,000 x 0.997 ms / 0.7 are 15 of ingest, and max is 10.
run "warns_where_max_is_less_than_the_load_wants" {
  command = plan

  variables {
    transfers_per_second = 10000
  }

  expect_failures = [check.instances_suffice]

  assert {
    condition     = output.load.instances.ingest == 10
    error_message = jsonencode(output.load)
  }
}

# Another price, and nothing else changes: 730 x (0.10 + 3 x 0.2) = 511.
run "takes_the_prices_that_are_given" {
  command = plan

  variables {
    prices = { node_hour = 0.2 }
  }

  assert {
    condition     = output.cost.gke_nodes == 511 && output.cost.memorystore == 197
    error_message = jsonencode(output.cost)
  }
}
