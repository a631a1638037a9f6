locals {
  # Google's rule sets at their lowest sensitivity, which has the fewest false alarms. A refused transfer costs its caller more
  # than most attacks could: callers are known by token, and every statement has its values apart from its text.
  waf_rule_sets = ["sqli", "xss", "lfi", "rce", "protocolattack", "scannerdetection", "sessionfixation", "nodejs"]

  # The last rule of a policy, by Cloud Armor's own numbering.
  last = 2147483647
}

resource "google_compute_security_policy" "api" {
  name = "settle-api"
  type = "CLOUD_ARMOR"

  advanced_options_config {
    # Bodies are read as JSON, so that a quote in a name is a quote in a name.
    json_parsing = "STANDARD"
  }

  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable = true
    }
  }

  # Before the rate limit: whoever is below it is let through there, and no later rule is asked.
  dynamic "rule" {
    for_each = local.waf_rule_sets
    content {
      description = rule.value
      priority    = 1000 + rule.key
      action      = "deny(403)"
      preview     = var.waf_preview
      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.value}-v33-stable', {'sensitivity': 1})"
        }
      }
    }
  }

  # By address, as the first fence. What one caller may send is counted by the functions, who know him by his token
  # (RATE_LIMIT_REQUESTS): here it would be a header, of which only 128 bytes count, and tokens begin alike.
  rule {
    description = "So many requests from one address, and no more."
    priority    = 2000
    action      = "throttle"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = var.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    description = "The rest."
    priority    = local.last
    action      = "allow"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

# Pub/Sub and the scheduler: their paths and POST, and nothing else. No rule sets, since a body in base64 looks like anything;
# no rate limit, since a refused push is a failed delivery, and Pub/Sub then slows down for all. Who pushes is
# proved by the token, which the function verifies.
resource "google_compute_security_policy" "push" {
  name = "settle-push"
  type = "CLOUD_ARMOR"

  rule {
    description = "Paths that are pushed to."
    priority    = 1000
    action      = "allow"
    match {
      expr {
        expression = "request.method == 'POST' && request.path.matches('^/(${join("|", [for rule in local.pushes : "${rule.function}${rule.path}"])})$')"
      }
    }
  }

  rule {
    description = "The rest."
    priority    = local.last
    action      = "deny(404)"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_security_policy" "nowhere" {
  name = "settle-nowhere"
  type = "CLOUD_ARMOR"

  rule {
    description = "There is nothing here."
    priority    = local.last
    action      = "deny(404)"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}
