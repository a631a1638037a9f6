# The sums across functions, against numbers worked out by hand.
variables {
  services_folder = "tests/services"
  wiring_file     = "tests/wiring.yaml"
  max_connections = 1000
}

# max x pool_size x 2 revisions: ingest 10 x 2 x 2 = 40, worker the same, status 4 x 4 x 2 = 32, since without MYSQL_POOL_SIZE a
# pool has 4; kept back 4 + 10. 126 in all, and 80 % of 158 are 126.4.
run "counts_connections_over_two_revisions" {
  command = plan

  variables {
    max_connections = 158
  }

  assert {
    condition     = output.connections == { by_function = { ingest = 40, status = 32, worker = 40 }, kept_back = 14, needed = 126, allowed = 126 }
    error_message = jsonencode(output.connections)
  }
}

# 80 % of 157 are 125.6.
run "refuses_one_connection_too_many" {
  command = plan

  variables {
    max_connections = 157
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "126 connections to MySQL at the most, and 80 % of max_connections = 157 are 125: give smaller values of max or pool_size, or max_connections = 158 at least. max x pool_size x 2 revisions: ingest 10 x 2 x 2 = 40, status 4 x 4 x 2 = 32, worker 10 x 2 x 2 = 40; kept back: 14.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# ingest 5 x 3 x 2 = 30, worker 2 x 1 x 2 = 4, status 1 x 4 x 2 = 8, and 6 + 20 kept back.
run "counts_connections_of_what_is_given" {
  command = plan

  variables {
    max_connections       = 85
    connections_kept_back = { migrations = 6, admin = 20 }
    scaling               = { ingest = { max = 5, pool_size = 3 }, worker = { max = 2, pool_size = 1 }, status = { max = 1 } }
  }

  assert {
    condition     = output.connections == { by_function = { ingest = 30, status = 8, worker = 4 }, kept_back = 26, needed = 68, allowed = 68 }
    error_message = jsonencode(output.connections)
  }
}

run "refuses_a_number_of_connections_that_is_none" {
  command = plan

  variables {
    max_connections       = 0
    connections_kept_back = { admin = -1 }
  }

  expect_failures = [var.max_connections, var.connections_kept_back]
}

# One connection an instance: (10 + 10 + 4) x 2 = 48, and 80 % of 60 are 48.
run "counts_connections_to_the_cache" {
  command = plan

  variables {
    redis_max_connections = 60
  }

  assert {
    condition     = output.redis_connections == { needed = 48, allowed = 48 }
    error_message = jsonencode(output.redis_connections)
  }
}

run "refuses_too_many_connections_to_the_cache" {
  command = plan

  variables {
    redis_max_connections = 59
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "48 connections to Redis at the most, an instance one in each of 2 revisions, and 80 % of redis_max_connections = 59 are 47: give smaller values of max, or a cache that takes 60 at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# 24 instances. Cores: 24 x (250 + 25 of queue-proxy) x 2 revisions = 13,200 thousandths, and 3 of the system: 16.2, five nodes of 3.92.
# GiB asked for: 24 x 256 MiB x 2 = 12, and 4; when full: 24 x 512 MiB = 12, and 4: two nodes of 13.28.
run "counts_nodes" {
  command = plan

  variables {
    node_pool = { max_nodes = 5 }
  }

  assert {
    condition     = output.nodes == { needs = { cpu = 16.2, memory = 16, memory_when_full = 16 }, has = { cpu = 19.6, memory = 66.4 }, nodes_needed = 5 }
    error_message = jsonencode(output.nodes)
  }
}

run "refuses_what_finds_no_node_for_its_cpu" {
  command = plan

  variables {
    node_pool = { max_nodes = 4 }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "At the most, instances ask for 16.2 cores and 16.0 GiB during a rollout, and fill 16.0 GiB; 4 nodes (max_nodes of node_pool) have 15.7 cores and 53.1 GiB: give smaller values of max, cpu_request, memory_request or memory, or max_nodes = 5 at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# (10 x 4 + 10 x 0.25 + 4 x 0.25) x 2 = 87 GiB asked for, and 4: seven nodes.
run "counts_nodes_for_the_memory_that_is_asked_for" {
  command = plan

  variables {
    node_pool = { max_nodes = 7 }
    scaling   = { worker = { memory = "4Gi", memory_request = "4Gi" } }
  }

  assert {
    condition     = output.nodes.needs.memory == 91 && output.nodes.nodes_needed == 7
    error_message = jsonencode(output.nodes)
  }
}

run "refuses_what_finds_no_node_for_its_memory" {
  command = plan

  variables {
    node_pool = { max_nodes = 6 }
    scaling   = { worker = { memory = "4Gi", memory_request = "4Gi" } }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "At the most, instances ask for 16.2 cores and 91.0 GiB during a rollout, and fill 51.0 GiB; 6 nodes (max_nodes of node_pool) have 23.5 cores and 79.7 GiB: give smaller values of max, cpu_request, memory_request or memory, or max_nodes = 7 at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# 10 x 8 + 10 x 0.5 + 4 x 0.5 = 87 GiB when full, and 4; asked for are 16.
run "counts_nodes_for_memory_that_is_full" {
  command = plan

  variables {
    node_pool = { max_nodes = 7 }
    scaling   = { worker = { memory = "8Gi" } }
  }

  assert {
    condition     = output.nodes.needs.memory == 16 && output.nodes.needs.memory_when_full == 91 && output.nodes.nodes_needed == 7
    error_message = jsonencode(output.nodes)
  }
}

run "does_not_check_a_pool_without_end" {
  command = plan

  variables {
    scaling = { worker = { memory = "16Gi", memory_request = "16Gi" } }
  }

  assert {
    condition     = output.nodes.has.memory == null
    error_message = jsonencode(output.nodes)
  }
}

run "refuses_a_pool_that_contradicts_itself" {
  command = plan

  variables {
    node_pool = { min_nodes = 3, max_nodes = 2 }
  }

  expect_failures = [var.node_pool]
}

run "refuses_what_is_less_than_nothing" {
  command = plan

  variables {
    node_pool             = { system_cpu = -1 }
    redis_max_connections = 0
    prices                = { node_hour = -0.1 }
    provisioned           = { days_kept = -1 }
  }

  expect_failures = [var.node_pool, var.redis_max_connections, var.prices, var.provisioned]
}

run "lets_workers_take_a_push_of_each_group" {
  command = plan

  variables {
    # Two that are always there, with 4 each, are the 8 groups; Knative adds a third beyond 8 x 70 % = 5.6.
    scaling = { worker = { min = 2, concurrency = 4 } }
  }

  expect_failures = [check.one_worker_takes_all_groups]

  assert {
    condition     = output.pubsub.ordering_groups == 8 && output.pubsub.worker_pushes == 8
    error_message = jsonencode(output.pubsub)
  }
}

run "refuses_workers_that_cannot_take_a_push_of_each_group" {
  command = plan

  variables {
    scaling = { worker = { min = 2, concurrency = 3 } }
  }

  expect_failures = [output.manifests, check.one_worker_takes_all_groups]

  assert {
    condition = output.faults == [
      "There are 8 ordering groups, each with a push on its way, and the workers that are always there take 6 requests at a time (concurrency x min, or x 1): give scaling.worker.concurrency = 4 at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# 16 x 50 % are 8: all of them; with 49 a push of each group would call for a second worker.
run "is_content_with_a_target_that_takes_all_groups" {
  command = plan

  variables {
    scaling = { worker = { target_utilization = 50 } }
  }

  assert {
    condition     = output.pubsub.worker_pushes == 16
    error_message = jsonencode(output.pubsub)
  }
}

run "warns_of_a_target_that_does_not" {
  command = plan

  variables {
    scaling = { worker = { target_utilization = 49 } }
  }

  expect_failures = [check.one_worker_takes_all_groups]
}

run "counts_the_groups_that_the_environment_says" {
  command = plan

  variables {
    environment = { ingest = { ORDERING_GROUPS = "12" }, worker = { ORDERING_GROUPS = "12" } }
    scaling     = { worker = { concurrency = 20 } }
  }

  assert {
    condition     = output.pubsub.ordering_groups == 12
    error_message = jsonencode(output.pubsub)
  }
}

run "refuses_groups_that_differ" {
  command = plan

  variables {
    environment = { ingest = { ORDERING_GROUPS = "4" } }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "ORDERING_GROUPS must be the same everywhere: ingest has 4, worker has 8.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# The subscription waits for 90 s.
run "refuses_a_timeout_that_cuts_a_push_off" {
  command = plan

  variables {
    scaling = { worker = { timeout = 89 } }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "transactions-pending-to-worker waits 90 s for an answer, and scaling.worker.timeout is 89: give timeout = 90 at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# All of it of one source: 10,869 / 66 = 164 results a message, of 92 bytes each: 999,948 bytes a second.
run "takes_what_a_key_can" {
  command = plan

  variables {
    transfers_per_second = 10869
    traffic              = { per_request = 20, status_reads = 0 }
  }

  assert {
    condition     = output.pubsub.busiest_key_bytes_per_second == 999948
    error_message = jsonencode(output.pubsub)
  }
}

run "refuses_more_than_a_key_can_take" {
  command = plan

  variables {
    transfers_per_second = 10870
    traffic              = { per_request = 20, status_reads = 0 }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "10870 results a second of the busiest group are 1000040 bytes of one ordering key, and Pub/Sub takes 1000000: give a smaller transfers_per_second, or a smaller traffic.busiest_group and the ORDERING_GROUPS and source accounts that this needs.",
    ]
    error_message = jsonencode(output.faults)
  }
}

# 70 a second are 1.06 a message, 66 of them: not compressed.
run "counts_a_key_of_few_results_as_not_compressed" {
  command = plan

  variables {
    transfers_per_second = 280
    traffic              = { busiest_group = 0.25 }
  }

  assert {
    condition     = output.pubsub.busiest_key_bytes_per_second == 63700
    error_message = jsonencode(output.pubsub)
  }
}

run "refuses_traffic_that_cannot_be" {
  command = plan

  variables {
    transfers_per_second = 0
    traffic              = { per_request = 0.5 }
  }

  expect_failures = [var.transfers_per_second, var.traffic]
}

# A stream lasts 300 s where nothing is said, and 30 s are for what is in flight.
run "refuses_a_timeout_that_cuts_a_stream_off" {
  command = plan

  variables {
    scaling = { status = { timeout = 329 } }
  }

  expect_failures = [output.manifests]

  assert {
    condition     = output.faults == ["A stream of status lasts 300 s (STREAM_SECONDS), and scaling.status.timeout is 329: give timeout = 330 at least."]
    error_message = jsonencode(output.faults)
  }
}

run "takes_a_timeout_that_shorter_streams_keep" {
  command = plan

  variables {
    environment = { status = { STREAM_SECONDS = "60" } }
    scaling     = { status = { timeout = 90 } }
  }

  assert {
    condition     = output.faults == []
    error_message = jsonencode(output.faults)
  }
}

run "refuses_a_folder_without_functions" {
  command = plan

  variables {
    services_folder = "tests"
    wiring_file     = "tests/wiring.yaml"
  }

  expect_failures = [output.manifests]

  assert {
    condition     = output.faults == ["services_folder: there is no Knative Service in tests."]
    error_message = jsonencode(output.faults)
  }
}
