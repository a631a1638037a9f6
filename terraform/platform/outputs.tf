output "address" {
  description = "Address that api_host and push_host must lead to."
  value       = google_compute_global_address.settle.address
}

output "image" {
  description = "Image that is deployed; to go back, apply the one before."
  value       = var.image
}

output "connections" {
  description = "MySQL connections that the functions may take at the most, and what there are."
  value       = module.scaling.connections
}
