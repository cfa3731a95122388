# Amazon MSK in KRaft mode: three brokers in three zones, TLS alone, each role with a user and a password of its own (SASL/SCRAM).
# Topics are not made here: `quakewire topics` makes them (src/log/topics.ts), and nothing may make one by mistake.

locals {
  # MSK asks for secrets of this prefix.
  secret_prefix = "AmazonMSK_${var.name}"
}

resource "aws_security_group" "this" {
  name        = "${var.name}-kafka"
  description = "Kafka brokers"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-kafka" }
}

# Brokers speak with each other inside MSK's own network: no rule is needed for that.
resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "SASL/SCRAM over TLS from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 9096
  to_port                      = 9096
  referenced_security_group_id = each.value
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/kafka"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

resource "aws_msk_configuration" "this" {
  name = var.name

  server_properties = <<-EOT
    auto.create.topics.enable=false
    default.replication.factor=3
    min.insync.replicas=2
    unclean.leader.election.enable=false
    offsets.topic.replication.factor=3
    transaction.state.log.replication.factor=3
    transaction.state.log.min.isr=2
  EOT
}

resource "aws_msk_cluster" "this" {
  cluster_name           = var.name
  kafka_version          = var.kafka_version
  number_of_broker_nodes = 3
  enhanced_monitoring    = "PER_BROKER"

  broker_node_group_info {
    instance_type   = var.instance_type
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.this.id]

    connectivity_info {
      public_access {
        type = "DISABLED"
      }
    }

    storage_info {
      ebs_storage_info {
        volume_size = var.volume_gib
      }
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this.arn
    revision = aws_msk_configuration.this.latest_revision
  }

  client_authentication {
    unauthenticated = false

    sasl {
      scram = true
      iam   = false
    }
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.key_arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this.name
      }
    }
  }

  lifecycle {
    # It holds the log, which is the truth.
    prevent_destroy = true
    # Storage may have grown by itself.
    ignore_changes = [broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size]
  }
}

# Storage grows by itself before a disk is full.
resource "aws_appautoscaling_target" "storage" {
  service_namespace  = "kafka"
  scalable_dimension = "kafka:broker-storage:VolumeSize"
  resource_id        = aws_msk_cluster.this.arn
  min_capacity       = 1
  max_capacity       = var.volume_gib_max
}

resource "aws_appautoscaling_policy" "storage" {
  name               = "${var.name}-kafka-storage"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.storage.service_namespace
  scalable_dimension = aws_appautoscaling_target.storage.scalable_dimension
  resource_id        = aws_appautoscaling_target.storage.resource_id

  target_tracking_scaling_policy_configuration {
    target_value = 60
    # A disk of MSK cannot shrink.
    disable_scale_in = true

    predefined_metric_specification {
      predefined_metric_type = "KafkaBrokerStorageUtilization"
    }
  }
}

resource "aws_secretsmanager_secret" "user" {
  for_each = var.users

  name                    = "${local.secret_prefix}_${each.key}"
  description             = "User ${each.key} of Kafka"
  kms_key_id              = var.key_arn
  recovery_window_in_days = 7
}

# The password is written and never read: neither plan nor state has it.
resource "aws_secretsmanager_secret_version" "user" {
  for_each = var.users

  secret_id                = aws_secretsmanager_secret.user[each.key].id
  secret_string_wo         = jsonencode({ username = each.key, password = var.passwords[each.key] })
  secret_string_wo_version = var.passwords_version
}

resource "aws_secretsmanager_secret_policy" "user" {
  for_each = var.users

  secret_arn = aws_secretsmanager_secret.user[each.key].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "MskReadsIt"
        Effect    = "Allow"
        Principal = { Service = "kafka.amazonaws.com" }
        Action    = "secretsmanager:GetSecretValue"
        Resource  = aws_secretsmanager_secret.user[each.key].arn
      },
    ]
  })
}

resource "aws_msk_single_scram_secret_association" "user" {
  for_each = var.users

  cluster_arn = aws_msk_cluster.this.arn
  secret_arn  = aws_secretsmanager_secret.user[each.key].arn

  depends_on = [aws_secretsmanager_secret_version.user, aws_secretsmanager_secret_policy.user]
}

resource "aws_cloudwatch_metric_alarm" "controller" {
  alarm_name          = "${var.name}-kafka-no-controller"
  alarm_description   = "Kafka has no controller, or more than one: nobody can be made leader of a topic"
  namespace           = "AWS/Kafka"
  metric_name         = "ActiveControllerCount"
  dimensions          = { "Cluster Name" = aws_msk_cluster.this.cluster_name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alerts_topic_arn]
  ok_actions          = [var.alerts_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "offline" {
  alarm_name          = "${var.name}-kafka-offline-partitions"
  alarm_description   = "A topic has no leader: what it should hold waits, or is refused"
  namespace           = "AWS/Kafka"
  metric_name         = "OfflinePartitionsCount"
  dimensions          = { "Cluster Name" = aws_msk_cluster.this.cluster_name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alerts_topic_arn]
  ok_actions          = [var.alerts_topic_arn]
}
