output "backend" {
  description = "The lines of backend.hcl for the other roots; each adds its own key."
  value       = <<-EOT
    bucket     = "${module.state.name}"
    region     = "${var.region}"
    kms_key_id = "${module.key.arn}"
  EOT
}

output "ci_role_arns" {
  description = "ARN of the role that CI takes, by environment; none without github_repository."
  value       = { for name, role in aws_iam_role.ci : name => role.arn }
}

output "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role: permissions_boundary_arn of the other roots."
  value       = aws_iam_policy.boundary.arn
}
