output "url_secret_arn" {
  description = "ARN of the secret that is the database's address with user and password: --postgres-url."
  value       = aws_secretsmanager_secret.url.arn

  depends_on = [aws_secretsmanager_secret_version.url]
}

output "address" {
  description = "Host name of the database."
  value       = aws_db_instance.this.address
}

output "security_group_id" {
  description = "Security group of the database."
  value       = aws_security_group.this.id
}
