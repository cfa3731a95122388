# PostgreSQL on two machines in two zones. What it holds could be made anew from Kafka; the backups save that time.
# Its password is made by Secrets Manager, lives in a secret and is never in the state. It is not RDS's own managed password: that one
# turns by itself every week, and a task reads its secrets when it starts, so that a week later it would be locked out. This one
# turns when passwords_version is raised, and the same `apply` restarts who uses it.

locals {
  major = split(".", var.engine_version)[0]
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "PostgreSQL"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "PostgreSQL from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = each.value
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${local.major}"

  # No connection without TLS.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  multi_az       = true

  db_name             = "quakewire"
  username            = "quakewire"
  password_wo         = var.password
  password_wo_version = var.password_version

  storage_type          = "gp3"
  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_gib_max
  storage_encrypted     = true
  kms_key_id            = var.key_arn

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period   = var.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-last"

  auto_minor_version_upgrade            = true
  apply_immediately                     = false
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.key_arn
  performance_insights_retention_period = 7
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]

  lifecycle {
    prevent_destroy = true
  }

  # RDS would make them itself, without a key and for ever.
  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_secretsmanager_secret" "url" {
  name                    = "${var.name}/postgres-url"
  description             = "Address of the database with user and password"
  kms_key_id              = var.key_arn
  recovery_window_in_days = 7
}

# What each role takes as --postgres-url. verify-full: the server has to be who it says it is.
resource "aws_secretsmanager_secret_version" "url" {
  secret_id                = aws_secretsmanager_secret.url.id
  secret_string_wo         = "postgres://${aws_db_instance.this.username}:${urlencode(var.password)}@${aws_db_instance.this.endpoint}/${aws_db_instance.this.db_name}?sslmode=verify-full"
  secret_string_wo_version = var.password_version
}

resource "aws_cloudwatch_metric_alarm" "storage" {
  alarm_name          = "${var.name}-database-storage"
  alarm_description   = "Less than 5 GiB are free on the database's disk, and it has not grown by itself"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  statistic           = "Minimum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 5 * 1024 * 1024 * 1024
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alerts_topic_arn]
  ok_actions          = [var.alerts_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "${var.name}-database-cpu"
  alarm_description   = "The database has been busy for a quarter of an hour"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alerts_topic_arn]
  ok_actions          = [var.alerts_topic_arn]
}
