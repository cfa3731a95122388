output "loki_host" {
  description = "Name of Loki inside the network; it listens on 3100."
  value       = local.loki_host
}

output "loki_security_group_id" {
  description = "Security group of Loki."
  value       = aws_security_group.this["loki"].id
}

output "prometheus_write_url" {
  description = "Address that takes metrics (remote write, signed)."
  value       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/remote_write"
}

output "prometheus_arn" {
  description = "ARN of the Prometheus workspace."
  value       = aws_prometheus_workspace.this.arn
}

output "grafana_password_secret" {
  description = "Name of the secret with the password of Grafana's user admin."
  value       = aws_secretsmanager_secret.grafana.name
}

output "grafana_port_forwarding" {
  description = "Commands that put Grafana on http://localhost:3000 of who has the rights."
  value       = <<-EOT
    task=$(aws ecs list-tasks --cluster ${var.cluster_name} --service-name grafana --query 'taskArns[0]' --output text)
    runtime=$(aws ecs describe-tasks --cluster ${var.cluster_name} --tasks "$task" --query "tasks[0].containers[?name=='grafana'].runtimeId | [0]" --output text)
    aws ssm start-session --target "ecs:${var.cluster_name}_$${task##*/}_$runtime" --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000
  EOT
}
