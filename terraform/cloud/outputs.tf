output "project_id" {
  description = "Project of both stages."
  value       = var.project_id
}

output "region" {
  description = "Region of both stages."
  value       = var.region
}

output "push_host" {
  description = "Host that the subscriptions push to; the platform stage refuses another."
  value       = var.push_host
}

output "cluster_endpoint" {
  description = "Name of the cluster's control plane."
  value       = google_container_cluster.settle.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint
}

output "zones" {
  description = "Zones that have nodes, and so endpoints of the gateway."
  value       = google_container_node_pool.functions.node_locations
}

output "function_service_accounts" {
  description = "E-mail of each function's Google service account."
  value       = { for name, account in google_service_account.function : name => account.email }
}

output "migrate_service_account" {
  description = "E-mail of the migration's Google service account."
  value       = google_service_account.migrate.email
}

output "build_service_account" {
  description = "The build's Google service account as Kubernetes may know it: by e-mail, or by number if its token does not carry that."
  value       = [google_service_account.build.email, google_service_account.build.unique_id]
}

output "push_service_account" {
  description = "E-mail that pushes and scheduled calls carry (PUSH_SERVICE_ACCOUNT)."
  value       = google_service_account.push.email
}

output "image" {
  description = "Name of the image, without tag and digest."
  value       = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.settle.repository_id}/settle"
}

output "secret_versions" {
  description = "Version of each secret: when one goes up, the platform stage copies it into the namespace again."
  value = {
    settle-mysql-url = google_secret_manager_secret_version.mysql_url.version
    settle-mysql-ca  = google_secret_manager_secret_version.mysql_ca.version
    settle-redis-url = google_secret_manager_secret_version.redis_url.version
    settle-redis-ca  = google_secret_manager_secret_version.redis_ca.version
  }
}

output "max_connections" {
  description = "Most connections that the database takes."
  value       = var.max_connections
}

output "nodes" {
  description = "Fewest and most nodes of the cluster, over all zones."
  value       = { min = 3 * var.nodes_per_zone.min, max = 3 * var.nodes_per_zone.max }
}
