locals {
  # Of its own, since it lies in Google's network, joined to ours.
  control_plane_range = "172.16.0.0/28"
}

# Kubernetes Secrets hold the password of the database: encrypted in the cluster's store with a key of our own.
resource "google_kms_key_ring" "settle" {
  name       = "settle"
  location   = var.region
  depends_on = [google_project_service.api]
}

resource "google_kms_crypto_key" "kubernetes_secrets" {
  name            = "kubernetes-secrets"
  key_ring        = google_kms_key_ring.settle.id
  rotation_period = "7776000s"

  # With the key every Secret of the cluster is lost.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "cluster_encrypts" {
  crypto_key_id = google_kms_crypto_key.kubernetes_secrets.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.project.number}@container-engine-robot.iam.gserviceaccount.com"
}

# Regional: the control plane and the nodes are in three zones, and losing one loses no request for long.
resource "google_container_cluster" "settle" {
  name     = "settle"
  location = var.region

  network         = google_compute_network.settle.id
  subnetwork      = google_compute_subnetwork.settle.id
  networking_mode = "VPC_NATIVE"
  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  # Dataplane V2: it enforces the NetworkPolicies.
  datapath_provider = "ADVANCED_DATAPATH"

  release_channel {
    channel = "REGULAR"
  }

  private_cluster_config {
    enable_private_nodes   = true
    master_ipv4_cidr_block = local.control_plane_range
  }

  # The control plane is reached by name, with IAM in front of it, and has no address to try passwords at. So Cloud Build
  # and people need no machine inside the network.
  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = true
    }
    ip_endpoints_config {
      enabled = false
    }
  }

  workload_identity_config {
    workload_pool = "${var.project_id}.svc.id.goog"
  }

  database_encryption {
    state    = "ENCRYPTED"
    key_name = google_kms_crypto_key.kubernetes_secrets.id
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  enable_shielded_nodes = true
  deletion_protection   = true

  # The first pool has no settings of ours: it goes, and the one below takes its place.
  remove_default_node_pool = true
  initial_node_count       = 1

  logging_config {
    enable_components = ["SYSTEM_COMPONENTS", "WORKLOADS"]
  }

  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS", "POD", "DEPLOYMENT", "CADVISOR", "KUBELET"]
    managed_prometheus {
      enabled = true
    }
  }

  # Nodes are replaced on weekend mornings; what Knative holds open is drained first. GKE refuses less than 48 hours in any 32
  # days: these have eight of such mornings at the least.
  maintenance_policy {
    recurring_window {
      start_time = "2026-01-03T01:00:00Z"
      end_time   = "2026-01-03T09:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.cluster_encrypts]
}

resource "google_container_node_pool" "functions" {
  name     = "functions"
  cluster  = google_container_cluster.settle.id
  location = var.region

  # Per zone, of which there are three.
  initial_node_count = var.nodes_per_zone.min
  autoscaling {
    min_node_count  = var.nodes_per_zone.min
    max_node_count  = var.nodes_per_zone.max
    location_policy = "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  # A new node comes before an old one goes.
  upgrade_settings {
    max_surge       = 1
    max_unavailable = 0
  }

  node_config {
    machine_type    = var.node_machine_type
    disk_type       = "pd-balanced"
    disk_size_gb    = 50
    image_type      = "COS_CONTAINERD"
    service_account = google_service_account.node.email
    # What it may do is said by its roles; the scope only takes nothing away from them.
    oauth_scopes = ["https://www.googleapis.com/auth/cloud-platform"]

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    # Pods have the identity of their own service account, and never the node's.
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }

  # The autoscaler changes it.
  lifecycle {
    ignore_changes = [initial_node_count]
  }
}
