# One role of Quakewire as a service of ECS on Fargate (arm64). A task has up to four containers:
#
#   certificates   ends at once: fetches the authorities of RDS, for who speaks with PostgreSQL
#   quakewire      the role; not root, read-only; its admin port stays on the task's own loopback
#   logs           Fluent Bit: what quakewire writes to stdout goes to Loki, as it is
#   metrics        the AWS distribution of the OpenTelemetry collector: reads /metrics on loopback; writes to Prometheus,
#                  and of a gateway the open streams to CloudWatch, by which it is scaled

data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

locals {
  full_name    = "${var.name}-${var.role}"
  is_scaled    = var.scaling != null
  is_served    = var.role == "gateway"
  region       = data.aws_region.this.region
  streams      = { namespace = "Quakewire", name = "quakewire_live_streams", dimension = "deployment" }
  certificates = "/certificates"
  secret_arns  = distinct([for from in values(var.secrets) : join(":", slice(split(":", "${from}::::::"), 0, 7))])
  logs_to_aws  = { "awslogs-group" = aws_cloudwatch_log_group.this.name, "awslogs-region" = local.region }
  mount        = { sourceVolume = "certificates", containerPath = local.certificates }

  certificates_container = {
    name       = "certificates"
    image      = var.image
    essential  = false
    user       = "0"
    entryPoint = ["/usr/local/bin/node", "--input-type=module", "--eval"]
    command = [
      <<-EOT
        import { writeFileSync } from 'node:fs';
        const answer = await fetch('https://truststore.pki.rds.amazonaws.com/${local.region}/${local.region}-bundle.pem', { signal: AbortSignal.timeout(20_000) });
        if (!answer.ok) throw new Error('The authorities of RDS: ' + answer.status);
        writeFileSync('${local.certificates}/rds.pem', await answer.text(), { mode: 0o444 });
      EOT
    ]
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"], add = [] }, initProcessEnabled = false }
    mountPoints            = [merge(local.mount, { readOnly = false })]
    logConfiguration       = { logDriver = "awslogs", options = merge(local.logs_to_aws, { "awslogs-stream-prefix" = "certificates" }) }
  }

  quakewire_container = {
    name                   = "quakewire"
    image                  = var.image
    essential              = true
    command                = [var.role]
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"], add = [] }, initProcessEnabled = false }
    stopTimeout            = var.stop_timeout_s
    # A task reads its secrets when it starts: new ones need new tasks.
    dockerLabels = { "quakewire.secrets-version" = tostring(var.secrets_version) }
    environment = [
      for name, value in merge(
        { QUAKEWIRE_LOG_FORMAT = "json" },
        var.needs_database ? { NODE_EXTRA_CA_CERTS = "${local.certificates}/rds.pem" } : {},
        var.environment,
      ) : { name = name, value = value }
    ]
    secrets      = [for name, from in var.secrets : { name = name, valueFrom = from }]
    portMappings = local.is_served ? [{ containerPort = 8080, hostPort = 8080, protocol = "tcp" }] : []
    # Fargate's most. A stream is one open file.
    ulimits     = [{ name = "nofile", softLimit = 65535, hardLimit = 65535 }]
    mountPoints = var.needs_database ? [merge(local.mount, { readOnly = true })] : []
    dependsOn = concat(
      [{ containerName = "logs", condition = "START" }],
      var.needs_database ? [{ containerName = "certificates", condition = "SUCCESS" }] : [],
    )
    # Alive, not ready: a role that waits for its broker is not to be killed for it.
    healthCheck = {
      command     = ["CMD", "/usr/local/bin/node", "/app/bin/healthcheck.mjs", "/healthz"]
      interval    = 15
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awsfirelens"
      options = {
        Name = "loki"
        Host = var.loki_host
        Port = "3100"
        # The labels by which the dashboard asks; the level is the line's own.
        Labels      = "project=${var.name},service=${var.role}"
        Label_Keys  = "$level"
        Line_Format = "json"
        # What FireLens puts beside the line.
        Remove_Keys = "container_id,container_name,ecs_cluster,ecs_task_arn,ecs_task_definition,source"
        Retry_Limit = "10"
      }
    }
  }

  logs_container = {
    name              = "logs"
    image             = var.log_router_image
    essential         = true
    memoryReservation = 64
    user              = "0"
    firelensConfiguration = {
      type = "fluentbit"
      # A part of the image: reads the line as the JSON that it is.
      options = { "enable-ecs-log-metadata" = "true", "config-file-type" = "file", "config-file-value" = "/fluent-bit/configs/parse-json.conf" }
    }
    logConfiguration = { logDriver = "awslogs", options = merge(local.logs_to_aws, { "awslogs-stream-prefix" = "logs" }) }
  }

  metrics_container = {
    name              = "metrics"
    image             = var.metrics_image
    essential         = false
    memoryReservation = 96
    environment       = [{ name = "AOT_CONFIG_CONTENT", value = yamlencode(local.collector) }]
    logConfiguration  = { logDriver = "awslogs", options = merge(local.logs_to_aws, { "awslogs-stream-prefix" = "metrics" }) }
  }

  collector_to_prometheus = {
    receivers  = ["prometheus"]
    processors = ["resourcedetection", "resource/instance", "batch"]
    exporters  = ["prometheusremotewrite"]
  }

  collector_to_cloudwatch = {
    receivers  = ["prometheus"]
    processors = ["filter/streams", "resourcedetection", "batch"]
    exporters  = ["awsemf"]
  }

  collector = {
    extensions = { sigv4auth = { region = local.region, service = "aps" } }

    receivers = {
      prometheus = {
        config = {
          scrape_configs = [
            {
              job_name        = "quakewire"
              scrape_interval = "15s"
              static_configs = [
                {
                  targets = ["127.0.0.1:9090"]
                  labels  = { role = var.role, (local.streams.dimension) = var.name }
                },
              ]
            },
          ]
        }
      }
    }

    processors = {
      batch = {}
      # Tells the tasks of a role apart: each calls itself 127.0.0.1. What is written as `instance` is the task.
      resourcedetection = { detectors = ["ecs"], override = false }
      "resource/instance" = {
        attributes = [{ key = "service.instance.id", from_attribute = "aws.ecs.task.arn", action = "upsert" }]
      }
      "filter/streams" = {
        error_mode = "propagate"
        # What the condition holds for is left out.
        metrics = { metric = ["name != \"${local.streams.name}\""] }
      }
    }

    exporters = merge(
      {
        prometheusremotewrite = {
          endpoint = var.prometheus_write_url
          auth     = { authenticator = "sigv4auth" }
        }
      },
      local.is_scaled ? {
        awsemf = {
          namespace               = local.streams.namespace
          log_group_name          = aws_cloudwatch_log_group.this.name
          log_stream_name         = "streams/{TaskId}"
          dimension_rollup_option = "NoDimensionRollup"
          metric_declarations = [
            { dimensions = [[local.streams.dimension]], metric_name_selectors = ["^${local.streams.name}"] },
          ]
        }
      } : {},
    )

    service = {
      extensions = ["sigv4auth"]
      pipelines = merge(
        { "metrics/prometheus" = local.collector_to_prometheus },
        local.is_scaled ? { "metrics/cloudwatch" = local.collector_to_cloudwatch } : {},
      )
    }
  }
}

# What the helpers say of themselves; a role's own words are in Loki.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/${var.role}"
  retention_in_days = 14
  kms_key_id        = var.key_arn
}

# Who starts the task: fetches image and secrets. The process never has these rights.
resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-start"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.assume_by_tasks
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "AskForAToken"
          Effect   = "Allow"
          Action   = "ecr:GetAuthorizationToken"
          Resource = "*"
        },
        {
          Sid      = "PullThisImage"
          Effect   = "Allow"
          Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          Resource = var.repository_arn
        },
        {
          Sid      = "WriteTheHelpersLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.this.arn}:*"
        },
      ],
      [for statement in [
        {
          Sid      = "ReadItsOwnSecrets"
          Effect   = "Allow"
          Action   = "secretsmanager:GetSecretValue"
          Resource = local.secret_arns
        },
        {
          Sid       = "OpenItsOwnSecrets"
          Effect    = "Allow"
          Action    = "kms:Decrypt"
          Resource  = var.key_arn
          Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
        },
      ] : statement if length(var.secrets) > 0],
    )
  })
}

# What the process itself may do: write its figures. A role asks nothing of AWS.
resource "aws_iam_role" "task" {
  name                 = "${local.full_name}-task"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.assume_by_tasks
}

resource "aws_iam_role_policy" "task" {
  name = "run"
  role = aws_iam_role.task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "WriteMetrics"
          Effect   = "Allow"
          Action   = "aps:RemoteWrite"
          Resource = var.prometheus_arn
        },
      ],
      [for statement in [
        {
          Sid      = "WriteOpenStreams"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.this.arn}:*"
        },
      ] : statement if local.is_scaled],
    )
  })
}

locals {
  assume_by_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id }
          ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.this.partition}:ecs:${local.region}:${data.aws_caller_identity.this.account_id}:*" }
        }
      },
    ]
  })
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  dynamic "volume" {
    for_each = var.needs_database ? ["certificates"] : []

    content {
      name = volume.value
    }
  }

  container_definitions = jsonencode(concat(
    var.needs_database ? [local.certificates_container] : [],
    [local.quakewire_container, local.logs_container, local.metrics_container],
  ))
}

# A role that ends by itself (topics) is a task definition alone, run by hand or by CI.
resource "aws_ecs_service" "this" {
  count = var.runs_always ? 1 : 0

  name                   = var.role
  cluster                = var.cluster_arn
  task_definition        = aws_ecs_task_definition.this.arn
  desired_count          = local.is_scaled ? var.scaling.tasks_min : var.tasks
  launch_type            = "FARGATE"
  platform_version       = "LATEST"
  enable_execute_command = false
  propagate_tags         = "SERVICE"

  # The new ones are there before the old ones leave; that there are two sources for a moment does no harm.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  # A new gateway loads its catalogue first.
  health_check_grace_period_seconds = local.is_served ? 120 : null

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = local.is_served ? [var.target_group_arn] : []

    content {
      target_group_arn = load_balancer.value
      container_name   = "quakewire"
      container_port   = 8080
    }
  }

  lifecycle {
    # Scaling decides how many. Of a role that is not scaled `tasks` says how many there are at first; later it is
    # aws ecs update-service --desired-count.
    ignore_changes = [desired_count]
  }
}

resource "aws_appautoscaling_target" "this" {
  count = local.is_scaled ? 1 : 0

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.this[0].name}"
  min_capacity       = var.scaling.tasks_min
  max_capacity       = var.scaling.tasks_max
}

# The mean of what each task says: open streams per task. Out quickly, as the crowd comes in minutes; in slowly, as each step in
# sends some readers elsewhere.
resource "aws_appautoscaling_policy" "streams" {
  count = local.is_scaled ? 1 : 0

  name               = "${local.full_name}-streams"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.scaling.streams_per_task
    scale_out_cooldown = 60
    scale_in_cooldown  = 900

    customized_metric_specification {
      namespace   = local.streams.namespace
      metric_name = local.streams.name
      statistic   = "Average"

      dimensions {
        name  = local.streams.dimension
        value = var.name
      }
    }
  }
}

# Streams are not all that a gateway does.
resource "aws_appautoscaling_policy" "cpu" {
  count = local.is_scaled ? 1 : 0

  name               = "${local.full_name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 900

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "gone" {
  count = var.runs_always ? 1 : 0

  alarm_name          = "${local.full_name}-gone"
  alarm_description   = "No task of ${var.role} has run for five minutes"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = var.cluster_name, ServiceName = var.role }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alerts_topic_arn]
  ok_actions          = [var.alerts_topic_arn]
}
