# Copies only: losing it loses nothing, and makes reads slower. Two nodes, so that a lost zone does not send every read to MySQL.
resource "google_redis_instance" "settle" {
  name           = "settle"
  region         = var.region
  tier           = "STANDARD_HA"
  memory_size_gb = var.redis_memory_gb
  redis_version  = "REDIS_7_2"

  authorized_network = google_compute_network.settle.id
  connect_mode       = "PRIVATE_SERVICE_ACCESS"

  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"

  redis_configs = {
    # Full, it forgets what was least used. Nothing in it must be kept: copies, counts of callers' requests, the sweeper's lock.
    maxmemory-policy = "allkeys-lru"
  }

  deletion_protection = true

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours   = 4
        minutes = 0
        seconds = 0
        nanos   = 0
      }
    }
  }

  depends_on = [google_service_networking_connection.private_services]
}
