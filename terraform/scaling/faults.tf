# Everything that is wrong, each fault a sentence that says what would be right. All are gathered here, and refused at one place,
# so that a plan says them all at once.
locals {
  # By field, what is asked for.
  expected = {
    for field, rule in local.fields : field => join("", [
      contains(keys(local.quantities), rule.kind)
      ? "a quantity of ${rule.unit} ${local.quantities[rule.kind].example}"
      : "a ${rule.kind == "whole" ? "whole number" : "number"} of ${rule.unit}",
      can(rule.most) ? " from ${rule.least} to ${rule.most}" : ", ${rule.least} or more",
    ])
  }

  # By function and field, whether the value is what is asked for. An unknown field is not in here.
  is_sound = {
    for name, fields in var.scaling : name => {
      for field, value in fields : field => (
        contains(keys(local.quantities), local.fields[field].kind)
        ? try(
          can(regex(local.quantities[local.fields[field].kind].pattern, value))
          && local.amounts[value] >= local.amounts[local.fields[field].least]
          && local.amounts[value] <= local.amounts[local.fields[field].most],
          false
        )
        : try(
          tonumber(value) >= local.fields[field].least
          && tonumber(value) <= try(local.fields[field].most, tonumber(value))
          && (local.fields[field].kind == "number" || floor(tonumber(value)) == tonumber(value)),
          false
        )
      )
      if value != null && contains(keys(local.fields), field)
    }
    if can(keys(fields))
  }

  no_functions = length(local.functions) > 0 ? [] : ["services_folder: there is no Knative Service in ${local.services_folder}."]
  unknown_functions = [
    for name in keys(var.scaling) : "scaling.${name}: there is no such function. There are ${join(", ", local.functions)}."
    if !contains(local.functions, name)
  ]
  not_objects = [
    for name, fields in var.scaling : "scaling.${name} is ${jsonencode(fields)}: give an object of fields, such as { min = 2, max = 6 }."
    if !can(keys(fields))
  ]
  unknown_fields = flatten([
    for name, fields in var.scaling : [
      for field in keys(fields) : "scaling.${name}.${field}: there is no such field. There are ${join(", ", sort(keys(local.fields)))}."
      if !contains(keys(local.fields), field)
    ] if can(keys(fields))
  ])
  out_of_bounds = flatten([
    for name, fields in local.is_sound : [
      for field, is_sound in fields : "scaling.${name}.${field} is ${jsonencode(var.scaling[name][field])}: give ${local.expected[field]}."
      if !is_sound
    ]
  ])

  faults = concat(
    local.no_functions, local.unknown_functions, local.not_objects, local.unknown_fields, local.out_of_bounds,
    local.unbounded, local.contradictions,
    local.connection_faults, local.redis_faults, local.node_faults, local.pubsub_faults, local.stream_faults,
  )
}

output "faults" {
  description = "What is wrong, a sentence each: with a field, with two together, with a sum across functions. While there is any, nothing is planned."
  value       = local.faults
}
