# Kubernetes quantities as numbers that sums can be made of: thousandths of a core, and MiB.
locals {
  quantities = {
    cpu    = { pattern = "^([1-9][0-9]*m|[1-9][0-9]*([.][0-9]{1,3})?|0[.][0-9]{0,2}[1-9])$", example = "such as \"500m\" or \"1\"" }
    memory = { pattern = "^[1-9][0-9]*(Mi|Gi)$", example = "such as \"512Mi\" or \"1Gi\"" }
  }

  # Every text there is that may be one: of bounds, of the base YAML, and given.
  texts = toset(flatten([
    [for rule in values(local.fields) : [tostring(try(rule.least, "")), tostring(try(rule.most, ""))]],
    [for container in values(local.containers) : [for part in ["limits", "requests"] : [for amount in values(try(container.resources[part], {})) : tostring(amount)]]],
    [for fields in values(var.scaling) : [for value in values(fields) : try(tostring(value), "") if value != null] if can(keys(fields))],
  ]))
  amounts = {
    for text in local.texts : text => (
      endswith(text, "Gi") ? tonumber(trimsuffix(text, "Gi")) * 1024 :
      endswith(text, "Mi") ? tonumber(trimsuffix(text, "Mi")) :
      endswith(text, "m") ? tonumber(trimsuffix(text, "m")) : tonumber(text) * 1000
    )
    if can(regex(local.quantities.cpu.pattern, text)) || can(regex(local.quantities.memory.pattern, text))
  }

  # The same as Kubernetes writes them, in its shortest form: it would send another back changed, which Terraform refuses.
  shortest = {
    for text, amount in local.amounts : text => (
      can(regex(local.quantities.memory.pattern, text))
      ? (amount % 1024 == 0 ? "${amount / 1024}Gi" : "${amount}Mi")
      : (amount % 1000 == 0 ? "${amount / 1000}" : "${amount}m")
    )
  }
}
