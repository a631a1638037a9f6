locals {
  mysql_flags = {
    # A COMMIT is on disk, in the redo log and in the binary log, before anybody is told of it. These two are what
    # "nothing accepted is lost" rests on; MySQL's defaults, written down so that nobody changes them for speed.
    innodb_flush_log_at_trx_commit = "1"
    sync_binlog                    = "1"

    # The drain locks the rows that it read, and not the gaps between them. Each session says so too (lib/mysql/connect.ts).
    transaction_isolation = "READ-COMMITTED"

    # Each session asks for 5 s (MYSQL_LOCK_WAIT_SECONDS): this is for everybody else, such as a person at a prompt.
    innodb_lock_wait_timeout = "5"

    # 8 GB. A large ledger changes ten places in indexes for each transfer. With a small redo log the changed pages must be
    # written out again and again: 4,240 instead of 5,263 transfers a second with 96 MB (docs/performance, a large ledger).
    innodb_redo_log_capacity = "8589934592"

    max_connections   = tostring(var.max_connections)
    default_time_zone = "+00:00"
  }
}

resource "google_sql_database_instance" "settle" {
  name             = "settle"
  region           = var.region
  database_version = "MYSQL_8_4"

  deletion_protection = true

  settings {
    # Said, since the default for 8.4 is the dearer one, which alone has the perf-optimized machines.
    edition           = startswith(var.mysql_tier, "db-perf-optimized-") ? "ENTERPRISE_PLUS" : "ENTERPRISE"
    tier              = var.mysql_tier
    availability_type = "REGIONAL"

    disk_type             = "PD_SSD"
    disk_size             = var.mysql_disk_gb
    disk_autoresize       = true
    disk_autoresize_limit = 0

    # Google's own protection, which holds against its console too. The one above holds against Terraform.
    deletion_protection_enabled = true
    retain_backups_on_delete    = true

    # A backup a day, and the binary log of seven: any moment of the last week can be had back, to the second.
    backup_configuration {
      enabled                        = true
      binary_log_enabled             = true
      start_time                     = "01:00"
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 30
        retention_unit   = "COUNT"
      }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.settle.id
      # Functions verify the server by the certificate authority of this one instance (settle-mysql-ca).
      ssl_mode       = "ENCRYPTED_ONLY"
      server_ca_mode = "GOOGLE_MANAGED_INTERNAL_CA"
    }

    dynamic "database_flags" {
      for_each = local.mysql_flags
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }

    insights_config {
      query_insights_enabled  = true
      query_string_length     = 1024
      record_application_tags = false
      record_client_address   = false
    }

    # Sunday, after the backup. A failover takes about a minute, in which functions answer 503 and nothing is lost.
    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }
  }

  lifecycle {
    prevent_destroy = true
    # Grown by the instance itself.
    ignore_changes = [settings[0].disk_size]
  }

  depends_on = [google_service_networking_connection.private_services]
}

resource "google_sql_database" "settle" {
  name      = "settle"
  instance  = google_sql_database_instance.settle.name
  charset   = "utf8mb4"
  collation = "utf8mb4_bin"

  # Removing it from Terraform must not remove it.
  deletion_policy = "ABANDON"
}

# Made anew in each run, and kept nowhere: it reaches the user and the secret only when var.mysql_password_version goes up.
ephemeral "random_password" "mysql" {
  length = 40
  # Letters and digits only, since it stands in an address: 40 of them are 238 bits.
  special = false
}

resource "google_sql_user" "settle" {
  name     = "settle"
  instance = google_sql_database_instance.settle.name
  host     = "%"

  password_wo         = ephemeral.random_password.mysql.result
  password_wo_version = var.mysql_password_version
}
