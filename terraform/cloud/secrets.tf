locals {
  secrets = toset(["settle-mysql-url", "settle-mysql-ca", "settle-redis-url", "settle-redis-ca"])

  # Which function reads which secret: its manifest says (secretKeyRef name "settle-mysql", key "url": settle-mysql-url).
  function_secrets = merge([
    for function, service in local.services : {
      for variable in service.spec.template.spec.containers[0].env :
      "${function} ${variable.valueFrom.secretKeyRef.name}-${variable.valueFrom.secretKeyRef.key}" => {
        function = function
        secret   = "${variable.valueFrom.secretKeyRef.name}-${variable.valueFrom.secretKeyRef.key}"
      } if can(variable.valueFrom.secretKeyRef)
    }
  ]...)
}

resource "google_secret_manager_secret" "secret" {
  for_each = local.secrets

  secret_id           = each.key
  deletion_protection = true

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.api]
}

# Write-only: the state has the number of the version, and not the password.
resource "google_secret_manager_secret_version" "mysql_url" {
  secret                 = google_secret_manager_secret.secret["settle-mysql-url"].id
  secret_data_wo         = "mysql://${google_sql_user.settle.name}:${ephemeral.random_password.mysql.result}@${google_sql_database_instance.settle.private_ip_address}:3306/${google_sql_database.settle.name}?ssl=true"
  secret_data_wo_version = var.mysql_password_version

  # So that there is always one to read.
  lifecycle {
    create_before_destroy = true
  }
}

# All of them: the instance itself names the one in use alone, and not the next, with which a rotation begins.
data "google_sql_ca_certs" "settle" {
  instance = google_sql_database_instance.settle.name
}

# Public keys, kept as secrets so that whatever a function needs to connect is in one place.
resource "google_secret_manager_secret_version" "mysql_ca" {
  secret      = google_secret_manager_secret.secret["settle-mysql-ca"].id
  secret_data = join("\n", data.google_sql_ca_certs.settle.certs[*].cert)

  # So that there is always one to read.
  lifecycle {
    create_before_destroy = true
  }
}

# Memorystore makes its own password, which its provider writes into the state (README): only this one is there.
resource "google_secret_manager_secret_version" "redis_url" {
  secret                 = google_secret_manager_secret.secret["settle-redis-url"].id
  secret_data_wo         = "rediss://:${google_redis_instance.settle.auth_string}@${google_redis_instance.settle.host}:${google_redis_instance.settle.port}"
  secret_data_wo_version = var.redis_url_version

  # So that there is always one to read.
  lifecycle {
    create_before_destroy = true
  }
}

# All of them: while one is being replaced, the server may answer with either.
resource "google_secret_manager_secret_version" "redis_ca" {
  secret      = google_secret_manager_secret.secret["settle-redis-ca"].id
  secret_data = join("\n", google_redis_instance.settle.server_ca_certs[*].cert)

  # So that there is always one to read.
  lifecycle {
    create_before_destroy = true
  }
}

# Where functions run on Cloud Run they read these themselves. On GKE the platform stage copies them into the namespace.
resource "google_secret_manager_secret_iam_member" "function_reads" {
  for_each = local.function_secrets

  secret_id = google_secret_manager_secret.secret[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}

resource "google_secret_manager_secret_iam_member" "migrate_reads" {
  for_each = toset(["settle-mysql-url", "settle-mysql-ca"])

  secret_id = google_secret_manager_secret.secret[each.key].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.migrate.member
}

resource "google_secret_manager_secret_iam_member" "build_reads" {
  for_each = local.secrets

  secret_id = google_secret_manager_secret.secret[each.key].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.build.member
}

# With which the build's smoke test gets a caller's token. The identity provider made it: a person puts it in, once (README).
resource "google_secret_manager_secret" "smoke_client" {
  secret_id = "settle-smoke-client"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "build_reads_smoke_client" {
  secret_id = google_secret_manager_secret.smoke_client.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.build.member
}
