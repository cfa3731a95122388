output "url" {
  description = "The site."
  value       = module.front.url
}

output "registry" {
  description = "Where the image is pushed to; its tag is image_tag."
  value       = module.registry.url
}

output "run_topics" {
  description = "The command that makes the topics: once before the first start, and after each upgrade that says so."
  value       = "aws ecs run-task --cluster ${aws_ecs_cluster.this.name} --launch-type FARGATE --task-definition ${module.role["topics"].task_definition_arn} --network-configuration 'awsvpcConfiguration={subnets=[${join(",", module.network.private_subnet_ids)}],securityGroups=[${aws_security_group.role["topics"].id}],assignPublicIp=DISABLED}'"
}

output "grafana" {
  description = "Commands that put Grafana on http://localhost:3000."
  value       = module.observability.grafana_port_forwarding
}

output "grafana_password" {
  description = "The command that shows the password of Grafana's user admin."
  value       = "aws secretsmanager get-secret-value --secret-id ${module.observability.grafana_password_secret} --query SecretString --output text"
}

output "distribution_id" {
  description = "Id of the CloudFront distribution, to empty its cache by."
  value       = module.front.distribution_id
}
