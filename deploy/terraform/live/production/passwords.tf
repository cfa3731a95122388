# Passwords that nobody ever sees: made by Secrets Manager while Terraform runs, written to a secret (and the database), and forgotten.
# Neither plan nor state has them. What is made at each run is written only where secrets_version is higher than the one before.

ephemeral "aws_secretsmanager_random_password" "kafka" {
  for_each = local.kafka_users
  provider = aws.ephemeral

  password_length            = 40
  exclude_punctuation        = true
  require_each_included_type = true
}

ephemeral "aws_secretsmanager_random_password" "database" {
  provider = aws.ephemeral

  password_length            = 40
  exclude_punctuation        = true
  require_each_included_type = true
}

ephemeral "aws_secretsmanager_random_password" "grafana" {
  provider = aws.ephemeral

  password_length            = 40
  exclude_punctuation        = true
  require_each_included_type = true
}
