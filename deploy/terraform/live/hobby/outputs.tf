output "url" {
  description = "The site."
  value       = "https://${var.domain}/"

  precondition {
    condition     = contains(keys(local.files), "compose.hobby.yaml")
    error_message = "compose.hobby.yaml is not where it should be: apply from a whole checkout of the repository."
  }
}

output "address" {
  description = "What the domain's A record has to name, where zone_id is not given."
  value       = module.host.address
}

output "ipv6_address" {
  description = "What the domain's AAAA record has to name, where zone_id is not given."
  value       = module.host.ipv6_address
}

output "registry" {
  description = "Where the image is pushed to; its tag is image_tag."
  value       = module.registry.url
}

output "shell" {
  description = "The command that opens a shell on the machine."
  value       = "aws ssm start-session --region ${var.region} --target ${module.host.instance_id}"
}

output "grafana" {
  description = "The command that puts Grafana on http://localhost:3000."
  value       = "aws ssm start-session --region ${var.region} --target ${module.host.instance_id} --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000"
}
