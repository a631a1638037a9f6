# The same file that the local stack runs from.
locals {
  wiring        = yamldecode(file("${path.module}/../knative/wiring.yaml"))
  subscriptions = { for rule in local.wiring.subscriptions : rule.name => rule }
  dead_lettered = { for name, rule in local.subscriptions : name => rule if can(rule.deadLetter) }
}
