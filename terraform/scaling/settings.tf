# From the base YAML and what is given: what holds, by function and field.
locals {
  fields = yamldecode(file("${path.module}/fields.yaml"))

  services_folder = coalesce(var.services_folder, "${path.module}/../../knative/services")
  services_files  = { for file in fileset(local.services_folder, "*.yaml") : file => yamldecode(file("${local.services_folder}/${file}")) }
  # A folder that kubectl can apply has files of other kinds, too.
  bases      = { for service in local.services_files : service.metadata.name => service if try(service.kind, "") == "Service" }
  functions  = sort(keys(local.bases))
  templates  = { for name, base in local.bases : name => base.spec.template }
  containers = { for name, template in local.templates : name => template.spec.containers[0] }

  # By function, the base's value of each field; null where it has none.
  base_settings = {
    for name, container in local.containers : name => merge(
      {
        for field, rule in local.fields : field => try([
          for key in concat([rule.at], try(rule.aliases, [])) :
          trimsuffix(local.templates[name].metadata.annotations[key], try(rule.suffix, ""))
          if can(local.templates[name].metadata.annotations[key])
        ][0], null)
        if strcontains(rule.at, "/")
      },
      {
        concurrency    = try(local.templates[name].spec.containerConcurrency, null)
        timeout        = try(local.templates[name].spec.timeoutSeconds, null)
        cpu            = try(container.resources.limits.cpu, null)
        cpu_request    = try(container.resources.requests.cpu, null)
        memory         = try(container.resources.limits.memory, null)
        memory_request = try(container.resources.requests.memory, null)
        pool_size      = try(local.plain[name].MYSQL_POOL_SIZE, null)
      },
    )
  }

  # By function, its variables as the base has them, those alone whose value stands there.
  plain = { for name, container in local.containers : name => { for entry in try(container.env, []) : entry.name => entry.value if can(entry.value) } }

  # By function, what was given of fields that there are, as text: only what is within its bounds, so that everything else can
  # be computed, and all that is wrong be said at once.
  given = {
    for name in local.functions : name => {
      for field, value in try({ for field, value in var.scaling[name] : field => value }, {}) : field => tostring(value)
      if try(local.is_sound[name][field], false)
    }
  }

  # By function and field, what holds: text, or null.
  settings = {
    for name in local.functions : name => {
      for field in keys(local.fields) : field => try(coalesce(lookup(local.given[name], field, null), tostring(local.base_settings[name][field])), null)
    }
  }

  # The same as numbers: quantities as quantities.tf has them.
  numbers = {
    for name in local.functions : name => {
      for field, value in local.settings[name] : field => try(
        contains(keys(local.quantities), local.fields[field].kind) ? local.amounts[value] : tonumber(value),
        null
      )
    }
  }
}
