# Copied into the namespace when a version changes, past the state: read as ephemeral, written as write-only.
ephemeral "google_secret_manager_secret_version" "secret" {
  for_each = toset(["settle-mysql-url", "settle-mysql-ca", "settle-redis-url", "settle-redis-ca"])

  project = local.cloud.project_id
  secret  = each.key
  version = local.cloud.secret_versions[each.key]
}

locals {
  mysql_revision = tonumber(local.cloud.secret_versions["settle-mysql-url"]) + tonumber(local.cloud.secret_versions["settle-mysql-ca"])
  redis_revision = tonumber(local.cloud.secret_versions["settle-redis-url"]) + tonumber(local.cloud.secret_versions["settle-redis-ca"])
}

resource "kubernetes_secret_v1" "mysql" {
  metadata {
    name      = "settle-mysql"
    namespace = kubernetes_namespace_v1.settle.metadata[0].name
  }

  data_wo = {
    url = ephemeral.google_secret_manager_secret_version.secret["settle-mysql-url"].secret_data
    ca  = ephemeral.google_secret_manager_secret_version.secret["settle-mysql-ca"].secret_data
  }
  data_wo_revision = local.mysql_revision
}

resource "kubernetes_secret_v1" "redis" {
  metadata {
    name      = "settle-redis"
    namespace = kubernetes_namespace_v1.settle.metadata[0].name
  }

  data_wo = {
    url = ephemeral.google_secret_manager_secret_version.secret["settle-redis-url"].secret_data
    ca  = ephemeral.google_secret_manager_secret_version.secret["settle-redis-ca"].secret_data
  }
  data_wo_revision = local.redis_revision
}
