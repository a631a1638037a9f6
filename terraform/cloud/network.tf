resource "google_compute_network" "settle" {
  name                    = "settle"
  auto_create_subnetworks = false
  depends_on              = [google_project_service.api]
}

resource "google_compute_subnetwork" "settle" {
  name    = "settle"
  network = google_compute_network.settle.id
  region  = var.region

  # 4,096 addresses of nodes; of pods 65,536, 256 of which GKE sets aside for a node: 256 nodes. Ranges cannot shrink.
  ip_cidr_range = "10.0.0.0/20"
  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = "10.4.0.0/16"
  }
  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = "10.8.0.0/20"
  }

  # Nodes have no public address: Pub/Sub, Artifact Registry and Secret Manager are reached inside Google's network.
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_router" "settle" {
  name    = "settle"
  network = google_compute_network.settle.id
  region  = var.region
}

# For what is not Google's: the keys of the callers' identity provider, and Knative's images.
resource "google_compute_router_nat" "settle" {
  name                               = "settle"
  router                             = google_compute_router.settle.name
  region                             = var.region
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

# The range that Cloud SQL and Memorystore have their addresses from: functions may call it and no other inside the network
# (knative/overlays/gke/network-policies.yaml).
resource "google_compute_global_address" "private_services" {
  name          = "settle-private-services"
  network       = google_compute_network.settle.id
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = "10.64.0.0"
  prefix_length = 16
}

resource "google_service_networking_connection" "private_services" {
  network                 = google_compute_network.settle.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.private_services.name]
  depends_on              = [google_project_service.api]
}

# The control plane calls Knative's admission webhooks on 8443. GKE opens 443 and 10250 by itself, and no other: without
# this every change of a Service times out.
resource "google_compute_firewall" "webhooks" {
  name          = "settle-control-plane-to-webhooks"
  network       = google_compute_network.settle.id
  direction     = "INGRESS"
  source_ranges = [local.control_plane_range]

  target_service_accounts = [google_service_account.node.email]

  allow {
    protocol = "tcp"
    ports    = ["8443"]
  }
}

# The load balancer's front ends and its health checks call the gateway's pods directly. GKE opens this for its own
# Ingress only, not for network endpoint groups that a Service asks for.
resource "google_compute_firewall" "load_balancer" {
  name          = "settle-load-balancer-to-gateway"
  network       = google_compute_network.settle.id
  direction     = "INGRESS"
  source_ranges = ["35.191.0.0/16", "130.211.0.0/22"]

  target_service_accounts = [google_service_account.node.email]

  allow {
    protocol = "tcp"
    # What callers get, and the gateway's own readiness.
    ports = ["8080", "8081"]
  }
}
