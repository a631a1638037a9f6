data "google_project" "project" {}

locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.project.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

# Who pushes: the functions trust this e-mail and no other.
resource "google_service_account" "push" {
  account_id   = "settle-push"
  display_name = "Settle: Pub/Sub pushes and schedules"
}

# On the account itself, not on the project: Pub/Sub may sign for this account only.
resource "google_service_account_iam_member" "pubsub_signs" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}

# Dead-lettering is done by Pub/Sub's own account: it publishes there, and acknowledges here.
resource "google_pubsub_topic_iam_member" "dead_letter_publisher" {
  for_each = local.dead_lettered

  topic  = google_pubsub_topic.topic[each.value.deadLetter.topic].id
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letter_subscriber" {
  for_each = local.dead_lettered

  subscription = google_pubsub_subscription.push[each.key].id
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
