# What is refused, and in which words. The functions are those of tests/services.
variables {
  services_folder = "tests/services"
  wiring_file     = "tests/wiring.yaml"
  max_connections = 1000
}

run "takes_every_field_at_its_bounds" {
  command = plan

  variables {
    scaling = {
      worker = {
        min                     = 1, max = 10, initial = 1, activation = 2, concurrency = 1000, target = 1000, target_utilization = 1, window = 6,
        panic_window_percentage = 1, panic_threshold_percentage = 110, target_burst_capacity = -1, scale_down_delay = 0, retention = 0,
        cpu                     = "8", cpu_request = "50m", memory = "16Gi", memory_request = "128Mi", pool_size = 1, timeout = 600
      }
      ingest = {
        target                = 0.01, target_utilization = 100, window = 3600, panic_window_percentage = 100, panic_threshold_percentage = 1000,
        target_burst_capacity = 0, scale_down_delay = 3600, retention = 3600, cpu = "0.5", cpu_request = "0.05", memory = "512Mi", timeout = 60
      }
      status = { min = 0, max = 1, initial = 1, concurrency = 1, pool_size = 100 }
    }
  }

  assert {
    condition     = output.faults == []
    error_message = jsonencode(output.faults)
  }
}

run "takes_a_field_that_is_null_as_not_given" {
  command = plan

  variables {
    scaling = { worker = { min = null, max = 3 } }
  }

  assert {
    condition     = output.faults == [] && output.manifests.worker.spec.template.metadata.annotations["autoscaling.knative.dev/minScale"] == "1"
    error_message = jsonencode(output.faults)
  }
}

run "refuses_what_it_does_not_know" {
  command = plan

  variables {
    scaling = { wroker = { min = 1 }, ingest = 3, worker = { maxx = 3, minScale = 1 } }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "scaling.wroker: there is no such function. There are ingest, status, worker.",
      "scaling.ingest is 3: give an object of fields, such as { min = 2, max = 6 }.",
      "scaling.worker.maxx: there is no such field. There are activation, concurrency, cpu, cpu_request, initial, max, memory, memory_request, min, panic_threshold_percentage, panic_window_percentage, pool_size, retention, scale_down_delay, target, target_burst_capacity, target_utilization, timeout, window.",
      "scaling.worker.minScale: there is no such field. There are activation, concurrency, cpu, cpu_request, initial, max, memory, memory_request, min, panic_threshold_percentage, panic_window_percentage, pool_size, retention, scale_down_delay, target, target_burst_capacity, target_utilization, timeout, window.",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "refuses_what_is_no_map" {
  command = plan

  variables {
    scaling = "worker"
  }

  expect_failures = [var.scaling]
}

run "refuses_what_is_below_its_bounds" {
  command = plan

  variables {
    scaling = {
      worker = {
        min                     = -1, max = 0, initial = 0, activation = 1, concurrency = 0, target = 0, target_utilization = 0, window = 5,
        panic_window_percentage = 0, panic_threshold_percentage = 109, target_burst_capacity = -2, scale_down_delay = -1, retention = -1,
        cpu                     = "49m", cpu_request = "0.01", memory = "127Mi", memory_request = "1Mi", pool_size = 0, timeout = 59
      }
    }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "scaling.worker.activation is 1: give a whole number of instances from 2 to 1000.",
      "scaling.worker.concurrency is 0: give a whole number of requests from 1 to 1000.",
      "scaling.worker.cpu is \"49m\": give a quantity of cores such as \"500m\" or \"1\" from 50m to 8.",
      "scaling.worker.cpu_request is \"0.01\": give a quantity of cores such as \"500m\" or \"1\" from 50m to 8.",
      "scaling.worker.initial is 0: give a whole number of instances from 1 to 1000.",
      "scaling.worker.max is 0: give a whole number of instances from 1 to 1000.",
      "scaling.worker.memory is \"127Mi\": give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
      "scaling.worker.memory_request is \"1Mi\": give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
      "scaling.worker.min is -1: give a whole number of instances from 0 to 1000.",
      "scaling.worker.panic_threshold_percentage is 109: give a number of percent from 110 to 1000.",
      "scaling.worker.panic_window_percentage is 0: give a number of percent from 1 to 100.",
      "scaling.worker.pool_size is 0: give a whole number of connections from 1 to 100.",
      "scaling.worker.retention is -1: give a whole number of seconds from 0 to 3600.",
      "scaling.worker.scale_down_delay is -1: give a whole number of seconds from 0 to 3600.",
      "scaling.worker.target is 0: give a number of requests from 0.01 to 1000.",
      "scaling.worker.target_burst_capacity is -2: give a whole number of requests from -1 to 10000.",
      "scaling.worker.target_utilization is 0: give a number of percent from 1 to 100.",
      "scaling.worker.timeout is 59: give a whole number of seconds from 60 to 600.",
      "scaling.worker.window is 5: give a whole number of seconds from 6 to 3600.",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "refuses_what_is_above_its_bounds" {
  command = plan

  variables {
    scaling = {
      worker = {
        concurrency      = 1001, target_utilization = 101, window = 3601, panic_window_percentage = 101, panic_threshold_percentage = 1001,
        scale_down_delay = 3601, retention = 3601, cpu = "9", cpu_request = "8001m", memory = "17Gi", memory_request = "16385Mi",
        pool_size        = 101, timeout = 601, target_burst_capacity = 10001
      }
      # More than Knative could read.
      ingest = { min = 1001, max = 1e300, initial = "4294967296", activation = 1001, target = 1001 }
    }
  }

  expect_failures = [output.manifests]

  assert {
    condition = [for fault in output.faults : regex("[.](\\w+) is", fault)[0]] == [
      "activation", "initial", "max", "min", "target",
      "concurrency", "cpu", "cpu_request", "memory", "memory_request", "panic_threshold_percentage", "panic_window_percentage", "pool_size",
      "retention", "scale_down_delay", "target_burst_capacity", "target_utilization", "timeout", "window",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "refuses_what_is_of_another_kind" {
  command = plan

  variables {
    scaling = {
      worker = {
        min       = 1.5, max = "many", initial = true, window = "60s", cpu = "1 core", cpu_request = "0", memory = "512", memory_request = "1G",
        pool_size = [2], timeout = {}
      }
    }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "scaling.worker.cpu is \"1 core\": give a quantity of cores such as \"500m\" or \"1\" from 50m to 8.",
      "scaling.worker.cpu_request is \"0\": give a quantity of cores such as \"500m\" or \"1\" from 50m to 8.",
      "scaling.worker.initial is true: give a whole number of instances from 1 to 1000.",
      "scaling.worker.max is \"many\": give a whole number of instances from 1 to 1000.",
      "scaling.worker.memory is \"512\": give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
      "scaling.worker.memory_request is \"1G\": give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
      "scaling.worker.min is 1.5: give a whole number of instances from 0 to 1000.",
      "scaling.worker.pool_size is [2]: give a whole number of connections from 1 to 100.",
      "scaling.worker.timeout is {}: give a whole number of seconds from 60 to 600.",
      "scaling.worker.window is \"60s\": give a whole number of seconds from 6 to 3600.",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "takes_pairs_that_are_equal" {
  command = plan

  variables {
    scaling = {
      worker = {
        min    = 3, max = 3, initial = 3, activation = 3, concurrency = 20, target = 20, cpu = "500m", cpu_request = "0.5",
        memory = "1Gi", memory_request = "1024Mi"
      }
    }
  }

  assert {
    condition     = output.faults == []
    error_message = jsonencode(output.faults)
  }
}

run "refuses_what_contradicts_itself_or_the_base" {
  command = plan

  variables {
    scaling = {
      ingest = { min = 11 }
      status = { activation = 5, min = 3, max = 4, initial = 6 }
      worker = { min = 3, activation = 2, target = 16.5, cpu_request = "1001m", memory_request = "1Gi" }
    }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "scaling.ingest.min is 11, and max is 10: give min = 10 at most, or max = 11 at least.",
      "scaling.status.initial is 6, and max is 4: give initial = 4 at most, or max = 6 at least.",
      "scaling.status.activation is 5, and max is 4: give activation = 4 at most, or max = 5 at least.",
      "scaling.worker.min is 3, and activation is 2: give min = 2 at most, or activation = 3 at least.",
      "scaling.worker.target is 16.5, and concurrency is 16: give target = 16 at most, or concurrency = 16.5 at least.",
      "scaling.worker.cpu_request is 1001m, and cpu is 1: give cpu_request = 1 at most, or cpu = 1001m at least.",
      "scaling.worker.memory_request is 1Gi, and memory is 512Mi: give memory_request = 512Mi at most, or memory = 1Gi at least.",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "refuses_a_function_that_has_no_end" {
  command = plan

  variables {
    services_folder = "tests/services-without-limits"
    scaling         = { bare = { max = 2 } }
  }

  expect_failures = [output.manifests]

  assert {
    condition = output.faults == [
      "scaling.bare.concurrency is not given, and the base YAML has none: give a whole number of requests from 1 to 1000.",
      "scaling.bare.timeout is not given, and the base YAML has none: give a whole number of seconds from 60 to 600.",
      "scaling.bare.cpu is not given, and the base YAML has none: give a quantity of cores such as \"500m\" or \"1\" from 50m to 8.",
      "scaling.bare.cpu_request is not given, and the base YAML has none: give a quantity of cores such as \"500m\" or \"1\" from 50m to 8.",
      "scaling.bare.memory is not given, and the base YAML has none: give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
      "scaling.bare.memory_request is not given, and the base YAML has none: give a quantity of bytes such as \"512Mi\" or \"1Gi\" from 128Mi to 16Gi.",
    ]
    error_message = jsonencode(output.faults)
  }
}

run "gives_a_bare_function_all_it_lacks" {
  command = plan

  variables {
    services_folder = "tests/services-without-limits"
    scaling         = { bare = { min = 1, max = 2, concurrency = 8, timeout = 60, cpu = "1", cpu_request = "1", memory = "1Gi", memory_request = "1Gi", pool_size = 2 } }
  }

  assert {
    condition = output.manifests.bare.spec.template == {
      metadata = { annotations = { "autoscaling.knative.dev/minScale" = "1", "autoscaling.knative.dev/maxScale" = "2" } }
      spec = {
        containerConcurrency = 8
        timeoutSeconds       = 60
        containers = [{
          image     = "settle"
          env       = [{ name = "MYSQL_POOL_SIZE", value = "2" }]
          resources = { limits = { cpu = "1", memory = "1Gi" }, requests = { cpu = "1", memory = "1Gi" } }
        }]
      }
    }
    error_message = jsonencode(output.manifests.bare)
  }
}
