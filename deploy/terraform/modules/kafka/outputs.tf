output "brokers" {
  description = "The brokers' addresses for SASL/SCRAM over TLS, with commas between: --kafka-brokers."
  value       = aws_msk_cluster.this.bootstrap_brokers_sasl_scram
}

output "security_group_id" {
  description = "Security group of the brokers."
  value       = aws_security_group.this.id
}

output "secret_arns" {
  description = "ARN of each user's secret (JSON with username and password), by user."
  value       = { for user, secret in aws_secretsmanager_secret.user : user => secret.arn }

  # A role that starts before MSK knows its user is refused.
  depends_on = [aws_msk_single_scram_secret_association.user]
}
