locals {
  # What the code publishes: tests/terraform compares this with what each function's sources reach. `accounts` tells the
  # results of batches before its own change that are still untold (lib/drain/tell.ts).
  publishers = {
    transactions         = ["dead-letter"]
    transactions-pending = ["accounts", "dead-letter", "ingest", "sweeper"]
    transaction-results  = ["accounts", "dead-letter", "sweeper", "worker"]
  }
  publisher_grants = merge([
    for topic, functions in local.publishers :
    { for function in functions : "${function} ${topic}" => { function = function, topic = topic } }
  ]...)
}

# One a function. None has a role on the project: what it may do is granted on the topic or the secret it needs.
resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = "settle-${each.key}"
  display_name = "Settle: ${each.key}"
  depends_on   = [google_project_service.api]
}

resource "google_service_account" "migrate" {
  account_id   = "settle-migrate"
  display_name = "Settle: brings the schema up to date"
  depends_on   = [google_project_service.api]
}

# The pod that runs as the Kubernetes account of the same name, and no other, is this account.
resource "google_service_account_iam_member" "function_pods" {
  for_each = local.functions

  service_account_id = google_service_account.function[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${google_container_cluster.settle.workload_identity_config[0].workload_pool}[settle/${each.key}]"
}

resource "google_service_account_iam_member" "migrate_pods" {
  service_account_id = google_service_account.migrate.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${google_container_cluster.settle.workload_identity_config[0].workload_pool}[settle/migrate]"
}

resource "google_pubsub_topic_iam_member" "function_publishes" {
  for_each = local.publisher_grants

  topic  = google_pubsub_topic.topic[each.value.topic].id
  role   = "roles/pubsub.publisher"
  member = google_service_account.function[each.value.function].member
}

# Producers outside Settle hand transactions in by publishing them.
resource "google_pubsub_topic_iam_member" "producer_publishes" {
  for_each = var.producers

  topic  = google_pubsub_topic.topic["transactions"].id
  role   = "roles/pubsub.publisher"
  member = each.key
}

resource "google_pubsub_subscription_iam_member" "consumer_reads" {
  for_each = var.result_consumers

  subscription = google_pubsub_subscription.results[each.key].id
  role         = "roles/pubsub.subscriber"
  member       = each.value
}

# Who pushes: the functions trust this e-mail and no other.
resource "google_service_account" "push" {
  account_id   = "settle-push"
  display_name = "Settle: Pub/Sub pushes and schedules"
  depends_on   = [google_project_service.api]
}

# Pub/Sub's own account. Google makes it when Pub/Sub is first used, which may be too late to grant it something.
resource "google_project_service_identity" "pubsub" {
  provider   = google-beta
  service    = "pubsub.googleapis.com"
  depends_on = [google_project_service.api]
}

# On the account itself, not on the project: Pub/Sub may sign for this account only.
resource "google_service_account_iam_member" "pubsub_signs" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = google_project_service_identity.pubsub.member
}

# Dead-lettering is done by Pub/Sub's own account: it publishes there, and acknowledges here.
resource "google_pubsub_topic_iam_member" "dead_letter_publisher" {
  for_each = local.dead_lettered

  topic  = google_pubsub_topic.topic[each.value.deadLetter.topic].id
  role   = "roles/pubsub.publisher"
  member = google_project_service_identity.pubsub.member
}

resource "google_pubsub_subscription_iam_member" "dead_letter_subscriber" {
  for_each = local.dead_lettered

  subscription = google_pubsub_subscription.push[each.key].id
  role         = "roles/pubsub.subscriber"
  member       = google_project_service_identity.pubsub.member
}

resource "google_service_account" "node" {
  account_id   = "settle-node"
  display_name = "Settle: GKE nodes"
  depends_on   = [google_project_service.api]
}

# Writing logs and metrics, and no more: the default account of Compute Engine may edit the whole project.
resource "google_project_iam_member" "node" {
  project = var.project_id
  role    = "roles/container.defaultNodeServiceAccount"
  member  = google_service_account.node.member
}
