# The base YAML with the values written in, and nothing else changed.
locals {
  # By function, what is given as it is written: 1000 of "1e3", which Knative could not read, and 500m of "0.5".
  written = {
    for name, given in local.given : name => {
      for field, value in given : field => contains(keys(local.quantities), local.fields[field].kind) ? local.shortest[value] : tostring(tonumber(value))
    }
  }

  # By function, the annotations that are set, all of them strings: Knative refuses numbers.
  annotations = {
    for name, given in local.written : name => {
      for field, value in given : local.fields[field].at => "${value}${try(local.fields[field].suffix, "")}"
      if strcontains(local.fields[field].at, "/")
    }
  }
  # Of two names for one annotation Knative takes one, and which is not ours to remember.
  replaced_annotations = {
    for name, given in local.written : name => flatten([for field in keys(given) : try(local.fields[field].aliases, [])])
  }

  # By function, the variables that are set.
  variables = {
    for name, given in local.written : name => merge(
      lookup(var.environment, name, {}),
      { for field, value in given : "MYSQL_POOL_SIZE" => value if field == "pool_size" },
    )
  }
  env = {
    for name, container in local.containers : name => concat(
      [
        for entry in try(container.env, []) : merge(
          { for key, value in entry : key => value if key == "name" || !contains(keys(local.variables[name]), entry.name) },
          { for variable, value in local.variables[name] : "value" => value if variable == entry.name },
        )
      ],
      [
        for variable, value in local.variables[name] : { name = variable, value = value }
        if !contains([for entry in try(container.env, []) : entry.name], variable)
      ],
    )
  }

  resources = {
    for name, container in local.containers : name => merge(try(container.resources, {}), {
      for part, fields in { limits = { cpu = "cpu", memory = "memory" }, requests = { cpu = "cpu_request", memory = "memory_request" } } :
      part => merge(try(container.resources[part], {}), { for key, field in fields : key => local.written[name][field] if can(local.written[name][field]) })
      if anytrue([for field in values(fields) : can(local.written[name][field])])
    })
  }

  manifests = {
    for name, base in local.bases : name => merge(base, {
      metadata = merge(base.metadata, { for namespace in [var.namespace] : "namespace" => namespace if namespace != null })
      spec = merge(base.spec, {
        template = merge(base.spec.template, {
          metadata = merge(try(base.spec.template.metadata, {}), {
            annotations = merge(
              { for key, value in try(base.spec.template.metadata.annotations, {}) : key => value if !contains(local.replaced_annotations[name], key) },
              local.annotations[name],
            )
          })
          spec = merge(
            base.spec.template.spec,
            { for field, value in local.written[name] : local.fields[field].at => tonumber(value) if contains(["concurrency", "timeout"], field) },
            { for function, account in var.service_accounts : "serviceAccountName" => account if function == name },
            {
              containers = concat(
                [merge(local.containers[name], {
                  env       = local.env[name]
                  image     = var.image == null ? local.containers[name].image : var.image
                  resources = local.resources[name]
                })],
                slice(base.spec.template.spec.containers, 1, length(base.spec.template.spec.containers)),
              )
            },
          )
        })
      })
    })
  }
}

output "manifests" {
  description = "By function, its Knative Service: an object as `kubernetes_manifest` takes it."
  value       = local.manifests

  precondition {
    condition     = length(local.faults) == 0
    error_message = join("\n", local.faults)
  }
}

output "manifests_yaml" {
  description = "The same as one YAML text, to read or to apply: `terraform output -raw manifests_yaml`."
  value       = join("---\n", [for name in local.functions : yamlencode(local.manifests[name])])
}
