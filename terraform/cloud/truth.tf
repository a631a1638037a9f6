# Read from the files that everything else runs from: nothing here repeats a topic, a path, a function or a variable.
locals {
  wiring        = yamldecode(file("${path.module}/../../knative/wiring.yaml"))
  subscriptions = { for rule in local.wiring.subscriptions : rule.name => rule }
  dead_lettered = { for name, rule in local.subscriptions : name => rule if can(rule.deadLetter) }
  schedules     = { for rule in local.wiring.schedules : rule.name => rule }

  services = {
    for file in fileset("${path.module}/../../knative/services", "*.yaml") :
    trimsuffix(file, ".yaml") => yamldecode(file("${path.module}/../../knative/services/${file}"))
  }
  functions = toset(keys(local.services))

  # On the host for pushes each function has a path of its own, since several are pushed to at "/".
  # The platform stage takes the first part away again (load-balancer.tf there).
  push_endpoints = {
    for rule in concat(local.wiring.subscriptions, local.wiring.schedules) :
    rule.name => "https://${var.push_host}/${rule.function}${rule.path}"
  }
}
