resource "google_compute_global_address" "settle" {
  name = "settle"
}

# Issued and renewed by Google, once both names lead to the address above.
resource "google_compute_managed_ssl_certificate" "host" {
  for_each = { api = var.api_host, push = var.push_host }

  name = "settle-${each.key}"
  managed {
    domains = [each.value]
  }
}

resource "google_compute_ssl_policy" "settle" {
  name            = "settle"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

# Strict-Transport-Security is in every answer of the functions.
resource "google_compute_target_https_proxy" "settle" {
  name             = "settle"
  url_map          = google_compute_url_map.settle.id
  ssl_certificates = [for certificate in google_compute_managed_ssl_certificate.host : certificate.id]
  ssl_policy       = google_compute_ssl_policy.settle.id

  # Callers who send now and then keep their connection between two requests.
  http_keep_alive_timeout_sec = 610
}

resource "google_compute_global_forwarding_rule" "https" {
  name                  = "settle-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_https_proxy.settle.id
  ip_address            = google_compute_global_address.settle.id
  port_range            = "443"
}

resource "google_compute_target_http_proxy" "redirect" {
  name    = "settle-redirect"
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_global_forwarding_rule" "http" {
  name                  = "settle-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_http_proxy.redirect.id
  ip_address            = google_compute_global_address.settle.id
  port_range            = "80"
}
