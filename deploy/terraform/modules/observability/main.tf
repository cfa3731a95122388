# Who watches: Loki (logs, kept in S3), Prometheus (managed by AWS; its alerts go to the topic) and Grafana. Loki and Grafana are a
# service of ECS each; their files come from S3 when they start, so that the published images are run as they are.
# Grafana has no address: it is reached by SSM port forwarding into its task (output grafana_port_forwarding).

data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

locals {
  region    = data.aws_region.this.region
  account   = data.aws_caller_identity.this.account_id
  namespace = "${var.name}.internal"
  loki_host = "loki.${local.namespace}"

  loki_configuration = yamlencode({
    auth_enabled = false
    analytics    = { reporting_enabled = false }
    server       = { http_listen_port = 3100, log_level = "warn" }
    common = {
      path_prefix        = "/loki"
      replication_factor = 1
      ring               = { kvstore = { store = "inmemory" } }
      storage            = { s3 = { bucketnames = module.logs_bucket.name, region = local.region } }
    }
    schema_config = {
      configs = [
        {
          from         = "2025-01-01"
          store        = "tsdb"
          object_store = "s3"
          schema       = "v13"
          index        = { prefix = "index_", period = "24h" }
        },
      ]
    }
    # Chunks go to S3 soon: what is not there yet is lost with the task.
    ingester = { max_chunk_age = "15m", chunk_idle_period = "5m" }
    compactor = {
      working_directory    = "/loki/compactor"
      retention_enabled    = true
      delete_request_store = "s3"
    }
    limits_config = {
      retention_period          = "${var.log_days * 24}h"
      volume_enabled            = true
      allow_structured_metadata = true
    }
  })

  # The two that the dashboards ask, under the names by which they do.
  data_sources = yamlencode({
    apiVersion = 1
    datasources = [
      {
        name      = "Loki"
        uid       = "loki"
        type      = "loki"
        access    = "proxy"
        url       = "http://${local.loki_host}:3100"
        editable  = false
        isDefault = false
      },
      {
        name = "Prometheus"
        uid  = "prometheus"
        type = "prometheus"
        # A helper in the task signs what Grafana asks of AWS.
        access    = "proxy"
        url       = "http://127.0.0.1:8005/workspaces/${aws_prometheus_workspace.this.id}"
        editable  = false
        isDefault = true
        jsonData  = { timeInterval = "15s", httpMethod = "GET" }
      },
    ]
  })

  dashboard_provider = yamlencode({
    apiVersion = 1
    providers = [
      {
        name            = "Quakewire"
        type            = "file"
        disableDeletion = true
        allowUiUpdates  = false
        options         = { path = "/configuration/dashboards" }
      },
    ]
  })

  files = merge(
    {
      "loki/loki.yaml"                                = local.loki_configuration
      "grafana/provisioning/datasources/sources.yaml" = local.data_sources
      "grafana/provisioning/dashboards/files.yaml"    = local.dashboard_provider
    },
    { for name, text in var.dashboards : "grafana/dashboards/${name}" => text },
  )

  parts = {
    loki = {
      image     = var.loki_image
      cpu       = 512
      memory    = 1024
      port      = 3100
      user      = "10001:10001"
      read_only = true
      command   = ["-config.file=/configuration/loki.yaml", "-target=all"]
      writes_to = "/loki"
      can_exec  = false
      settings  = {}
      secrets   = {}
      helpers   = []
    }
    grafana = {
      image = var.grafana_image
      cpu   = 512
      # SSM's agent, through which it is reached, writes to the root file system.
      memory    = 1024
      port      = 3000
      user      = "472:0"
      read_only = false
      command   = []
      writes_to = "/var/lib/grafana"
      can_exec  = true
      settings = {
        GF_PATHS_PROVISIONING                 = "/configuration/provisioning"
        GF_USERS_ALLOW_SIGN_UP                = "false"
        GF_AUTH_ANONYMOUS_ENABLED             = "false"
        GF_ANALYTICS_REPORTING_ENABLED        = "false"
        GF_ANALYTICS_CHECK_FOR_UPDATES        = "false"
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES = "false"
        GF_NEWS_NEWS_FEED_ENABLED             = "false"
        GF_PLUGINS_PREINSTALL_DISABLED        = "true"
        GF_SECURITY_COOKIE_SAMESITE           = "strict"
        GF_SECURITY_DISABLE_GRAVATAR          = "true"
        GF_SECURITY_CONTENT_SECURITY_POLICY   = "true"
      }
      secrets = { GF_SECURITY_ADMIN_PASSWORD = aws_secretsmanager_secret.grafana.arn }
      helpers = [
        {
          name              = "sign"
          image             = var.signer_image
          essential         = true
          memoryReservation = 32
          command = [
            "--name", "aps", "--region", local.region, "--host", "aps-workspaces.${local.region}.amazonaws.com",
            "--port", ":8005",
          ]
          logConfiguration = local.logs["grafana"]
        },
      ]
    }
  }

  logs = {
    for part in ["loki", "grafana"] : part => {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this[part].name
        "awslogs-region"        = local.region
        "awslogs-stream-prefix" = part
      }
    }
  }

  assume_by_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.this.partition}:ecs:${local.region}:${local.account}:*" }
        }
      },
    ]
  })

  read_configuration = [
    {
      Sid      = "ReadItsFiles"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${module.configuration_bucket.arn}/*"
    },
    {
      Sid      = "ListItsFiles"
      Effect   = "Allow"
      Action   = "s3:ListBucket"
      Resource = module.configuration_bucket.arn
    },
    {
      Sid       = "OpenWhatS3Keeps"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = var.key_arn
      Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
    },
  ]

  rights = {
    loki = concat(local.read_configuration, [
      {
        Sid      = "KeepLogs"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = "${module.logs_bucket.arn}/*"
      },
      {
        Sid      = "ListLogs"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = module.logs_bucket.arn
      },
    ])
    grafana = concat(local.read_configuration, [
      {
        Sid      = "ReadMetrics"
        Effect   = "Allow"
        Action   = ["aps:QueryMetrics", "aps:GetLabels", "aps:GetSeries", "aps:GetMetricMetadata"]
        Resource = aws_prometheus_workspace.this.arn
      },
      {
        Sid    = "LetTheOperatorIn"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
    ])
  }
}

# ── what is kept ──

module "logs_bucket" {
  source = "../bucket"

  name            = "${var.name}-logs-${local.account}"
  key_arn         = var.key_arn
  noncurrent_days = 7
}

module "configuration_bucket" {
  source = "../bucket"

  name    = "${var.name}-watch-${local.account}"
  key_arn = var.key_arn
}

resource "aws_s3_object" "file" {
  for_each = local.files

  bucket  = module.configuration_bucket.name
  key     = each.key
  content = each.value
}

resource "aws_prometheus_workspace" "this" {
  alias       = var.name
  kms_key_arn = var.key_arn
}

resource "aws_prometheus_rule_group_namespace" "this" {
  for_each = var.alert_rules

  workspace_id = aws_prometheus_workspace.this.id
  name         = each.key
  data         = each.value
}

resource "aws_prometheus_alert_manager_definition" "this" {
  workspace_id = aws_prometheus_workspace.this.id

  definition = yamlencode({
    alertmanager_config = yamlencode({
      route = {
        receiver        = "topic"
        group_by        = ["alertname"]
        group_wait      = "30s"
        group_interval  = "5m"
        repeat_interval = "12h"
      }
      receivers = [
        {
          name = "topic"
          sns_configs = [
            { topic_arn = var.alerts_topic_arn, send_resolved = true, sigv4 = { region = local.region } },
          ]
        },
      ]
    })
  })
}

resource "aws_secretsmanager_secret" "grafana" {
  name                    = "${var.name}/grafana-admin-password"
  description             = "Password of Grafana's user admin"
  kms_key_id              = var.key_arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "grafana" {
  secret_id                = aws_secretsmanager_secret.grafana.id
  secret_string_wo         = var.grafana_password
  secret_string_wo_version = var.grafana_password_version
}

# ── where it is found ──

resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = local.namespace
  description = "Names inside ${var.name}"
  vpc         = var.vpc_id
}

resource "aws_service_discovery_service" "loki" {
  name = "loki"

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

resource "aws_security_group" "this" {
  for_each = local.parts

  name        = "${var.name}-${each.key}"
  description = "The service ${each.key}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "loki" {
  for_each = merge(var.client_security_group_ids, { grafana = aws_security_group.this["grafana"].id })

  security_group_id            = aws_security_group.this["loki"].id
  description                  = "Logs of ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 3100
  to_port                      = 3100
  referenced_security_group_id = each.value
}

# Images, S3, AWS.
resource "aws_vpc_security_group_egress_rule" "tls" {
  for_each = local.parts

  security_group_id = aws_security_group.this[each.key].id
  description       = "TLS to AWS and the registries of images"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "grafana_to_loki" {
  security_group_id            = aws_security_group.this["grafana"].id
  description                  = "To Loki"
  ip_protocol                  = "tcp"
  from_port                    = 3100
  to_port                      = 3100
  referenced_security_group_id = aws_security_group.this["loki"].id
}

# ── what runs ──

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["loki", "grafana"])

  name              = "/${var.name}/${each.key}"
  retention_in_days = 14
  kms_key_id        = var.key_arn
}

resource "aws_iam_role" "execution" {
  for_each = local.parts

  name                 = "${var.name}-${each.key}-start"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.assume_by_tasks
}

resource "aws_iam_role_policy" "execution" {
  for_each = local.parts

  name = "start"
  role = aws_iam_role.execution[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.this[each.key].arn}:*"
        },
      ],
      [for statement in [
        {
          Sid      = "ReadItsOwnSecrets"
          Effect   = "Allow"
          Action   = "secretsmanager:GetSecretValue"
          Resource = values(each.value.secrets)
        },
        {
          Sid       = "OpenItsOwnSecrets"
          Effect    = "Allow"
          Action    = "kms:Decrypt"
          Resource  = var.key_arn
          Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
        },
      ] : statement if length(each.value.secrets) > 0],
    )
  })
}

resource "aws_iam_role" "task" {
  for_each = local.parts

  name                 = "${var.name}-${each.key}-task"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.assume_by_tasks
}

resource "aws_iam_role_policy" "task" {
  for_each = local.parts

  name = "run"
  role = aws_iam_role.task[each.key].id

  policy = jsonencode({ Version = "2012-10-17", Statement = local.rights[each.key] })
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.parts

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution[each.key].arn
  task_role_arn            = aws_iam_role.task[each.key].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  volume {
    name = "configuration"
  }

  volume {
    name = "work"
  }

  container_definitions = jsonencode(concat(
    [
      {
        # Ends at once: fetches the files, and lets who is not root write its own.
        name       = "configuration"
        image      = var.aws_cli_image
        essential  = false
        user       = "0"
        entryPoint = ["/bin/sh", "-euc"]
        command = [
          "aws s3 cp --recursive --only-show-errors s3://${module.configuration_bucket.name}/${each.key}/ /configuration/ && chmod -R a+rX /configuration && chmod 777 /work",
        ]
        # A change of the files changes the task, and so starts a new one.
        environment = [
          { name = "FILES_SHA256", value = sha256(jsonencode({ for name, text in local.files : name => text if startswith(name, "${each.key}/") })) },
        ]
        readonlyRootFilesystem = true
        mountPoints = [
          { sourceVolume = "configuration", containerPath = "/configuration", readOnly = false },
          { sourceVolume = "work", containerPath = "/work", readOnly = false },
        ]
        logConfiguration = local.logs[each.key]
      },
      {
        name                   = each.key
        image                  = each.value.image
        essential              = true
        command                = each.value.command
        user                   = each.value.user
        readonlyRootFilesystem = each.value.read_only
        stopTimeout            = 60
        dockerLabels           = { "quakewire.secrets-version" = tostring(var.grafana_password_version) }
        # SSM's agent is root inside the container, and needs what root has.
        linuxParameters = { capabilities = { drop = each.value.can_exec ? [] : ["ALL"], add = [] }, initProcessEnabled = each.value.can_exec }
        portMappings    = [{ containerPort = each.value.port, hostPort = each.value.port, protocol = "tcp" }]
        environment     = [for name, value in each.value.settings : { name = name, value = value }]
        secrets         = [for name, from in each.value.secrets : { name = name, valueFrom = from }]
        dependsOn       = [{ containerName = "configuration", condition = "SUCCESS" }]
        mountPoints = [
          { sourceVolume = "configuration", containerPath = "/configuration", readOnly = true },
          { sourceVolume = "work", containerPath = each.value.writes_to, readOnly = false },
        ]
        logConfiguration = local.logs[each.key]
      },
    ],
    each.value.helpers,
  ))

  depends_on = [aws_s3_object.file]
}

resource "aws_ecs_service" "this" {
  for_each = local.parts

  name                   = each.key
  cluster                = var.cluster_arn
  task_definition        = aws_ecs_task_definition.this[each.key].arn
  desired_count          = 1
  launch_type            = "FARGATE"
  platform_version       = "LATEST"
  enable_execute_command = each.value.can_exec
  propagate_tags         = "SERVICE"

  # Never two Lokis that tidy one bucket. Fluent Bit keeps what it has until the next one is there.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this[each.key].id]
    assign_public_ip = false
  }

  dynamic "service_registries" {
    for_each = each.key == "loki" ? [aws_service_discovery_service.loki.arn] : []

    content {
      registry_arn = service_registries.value
    }
  }
}
