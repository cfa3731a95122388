# Quakewire on many machines: ECS Fargate around Amazon MSK and RDS, CloudFront in front, Loki, Prometheus and Grafana beside.
# docs/operations/production.md walks through it.

locals {
  name = var.name
  tags = {
    Project     = "quakewire"
    Environment = "production"
    ManagedBy   = "terraform"
  }

  repository = "${path.module}/../../../.."
  image      = "${module.registry.url}:${var.image_tag}"

  # Each role is a user of Kafka, and a security group.
  kafka_users = toset(["associate", "gateway", "source", "store", "topics"])

  # What each role is given beside Kafka; flags and defaults: docs/operations/roles.md.
  roles = {
    topics = {
      runs_always = false
      environment = { QUAKEWIRE_KAFKA_REPLICAS = "3" }
    }
    source = {
      tasks = 1
    }
    associate = {
      # One works, the other stands by.
      tasks = 2
    }
    store = {
      tasks          = 1
      needs_database = true
    }
    gateway = {
      cpu            = var.gateway_cpu
      memory_mib     = var.gateway_memory_mib
      needs_database = true
      stop_timeout_s = var.gateway_drain_s + 10
      environment = {
        QUAKEWIRE_HOST             = "0.0.0.0"
        QUAKEWIRE_LIVE_STREAMS_MAX = tostring(var.streams_per_gateway_max)
        # Whoever speaks with a gateway is the load balancer, and with that CloudFront's interface inside the network.
        QUAKEWIRE_TRUSTED_PROXIES = module.network.cidr
        QUAKEWIRE_DRAIN_S         = tostring(var.gateway_drain_s)
        QUAKEWIRE_PUBLIC_URL      = "https://${var.domain}"
        QUAKEWIRE_HSTS_MAX_AGE_S  = "31536000"
      }
    }
  }

  database_roles = [for role, it in local.roles : role if try(it.needs_database, false)]
}

module "key" {
  source = "../../modules/key"

  name = local.name
}

module "alerts" {
  source = "../../modules/alerts"

  name               = local.name
  key_arn            = module.key.arn
  emails             = var.alert_emails
  monthly_budget_usd = var.monthly_budget_usd
}

module "registry" {
  source = "../../modules/registry"

  name    = local.name
  key_arn = module.key.arn
}

module "network" {
  source = "../../modules/network"

  name                     = local.name
  cidr                     = var.cidr
  nat_gateways             = var.nat_gateways
  key_arn                  = module.key.arn
  permissions_boundary_arn = var.permissions_boundary_arn
}

# ── who may speak with whom ──

resource "aws_security_group" "role" {
  for_each = local.roles

  name        = "${local.name}-${each.key}"
  description = "Quakewire's ${each.key}"
  vpc_id      = module.network.vpc_id

  tags = { Name = "${local.name}-${each.key}" }
}

# The agency, AWS, the registries of images.
resource "aws_vpc_security_group_egress_rule" "tls" {
  for_each = local.roles

  security_group_id = aws_security_group.role[each.key].id
  description       = "TLS to the agency, AWS and the registries of images"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "kafka" {
  for_each = local.roles

  security_group_id            = aws_security_group.role[each.key].id
  description                  = "Kafka"
  ip_protocol                  = "tcp"
  from_port                    = 9096
  to_port                      = 9096
  referenced_security_group_id = module.kafka.security_group_id
}

resource "aws_vpc_security_group_egress_rule" "database" {
  for_each = toset(local.database_roles)

  security_group_id            = aws_security_group.role[each.key].id
  description                  = "PostgreSQL"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = module.database.security_group_id
}

resource "aws_vpc_security_group_egress_rule" "loki" {
  for_each = local.roles

  security_group_id            = aws_security_group.role[each.key].id
  description                  = "Loki"
  ip_protocol                  = "tcp"
  from_port                    = 3100
  to_port                      = 3100
  referenced_security_group_id = module.observability.loki_security_group_id
}

# ── what is kept ──

module "kafka" {
  source = "../../modules/kafka"

  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.isolated_subnet_ids
  client_security_group_ids = { for role, group in aws_security_group.role : role => group.id }
  key_arn                   = module.key.arn
  instance_type             = var.kafka_instance_type
  users                     = local.kafka_users
  passwords                 = { for user, made in ephemeral.aws_secretsmanager_random_password.kafka : user => made.random_password }
  passwords_version         = var.secrets_version
  alerts_topic_arn          = module.alerts.topic_arn
}

module "database" {
  source = "../../modules/database"

  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.isolated_subnet_ids
  client_security_group_ids = { for role in local.database_roles : role => aws_security_group.role[role].id }
  key_arn                   = module.key.arn
  instance_class            = var.database_instance_class
  backup_days               = var.database_backup_days
  password                  = ephemeral.aws_secretsmanager_random_password.database.random_password
  password_version          = var.secrets_version
  alerts_topic_arn          = module.alerts.topic_arn
}

# ── what runs ──

resource "aws_ecs_cluster" "this" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

module "observability" {
  source = "../../modules/observability"

  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  cluster_arn               = aws_ecs_cluster.this.arn
  cluster_name              = aws_ecs_cluster.this.name
  client_security_group_ids = { for role, group in aws_security_group.role : role => group.id }
  log_days                  = var.log_days
  key_arn                   = module.key.arn
  alerts_topic_arn          = module.alerts.topic_arn
  permissions_boundary_arn  = var.permissions_boundary_arn
  grafana_password          = ephemeral.aws_secretsmanager_random_password.grafana.random_password
  grafana_password_version  = var.secrets_version

  dashboards = {
    for path in fileset("${local.repository}/deploy/grafana/dashboards", "*.json") :
    path => file("${local.repository}/deploy/grafana/dashboards/${path}")
  }
  alert_rules = {
    for path in fileset("${local.repository}/deploy/prometheus/rules", "*.yml") :
    trimsuffix(path, ".yml") => file("${local.repository}/deploy/prometheus/rules/${path}")
  }
}

module "front" {
  source = "../../modules/front"

  name                                = local.name
  domain                              = var.domain
  zone_id                             = var.zone_id
  vpc_id                              = module.network.vpc_id
  vpc_cidr                            = module.network.cidr
  subnet_ids                          = module.network.private_subnet_ids
  gateway_security_group_id           = aws_security_group.role["gateway"].id
  requests_per_address_and_minute_max = var.requests_per_address_and_minute_max
  price_class                         = var.price_class
  alerts_topic_arn                    = module.alerts.topic_arn
}

module "role" {
  source   = "../../modules/service"
  for_each = local.roles

  name                     = local.name
  role                     = each.key
  runs_always              = try(each.value.runs_always, true)
  image                    = local.image
  repository_arn           = module.registry.arn
  cluster_arn              = aws_ecs_cluster.this.arn
  cluster_name             = aws_ecs_cluster.this.name
  subnet_ids               = module.network.private_subnet_ids
  security_group_id        = aws_security_group.role[each.key].id
  cpu                      = try(each.value.cpu, 256)
  memory_mib               = try(each.value.memory_mib, 1024)
  tasks                    = try(each.value.tasks, 1)
  needs_database           = try(each.value.needs_database, false)
  stop_timeout_s           = try(each.value.stop_timeout_s, 30)
  secrets_version          = var.secrets_version
  target_group_arn         = each.key == "gateway" ? module.front.target_group_arn : null
  loki_host                = module.observability.loki_host
  prometheus_write_url     = module.observability.prometheus_write_url
  prometheus_arn           = module.observability.prometheus_arn
  key_arn                  = module.key.arn
  alerts_topic_arn         = module.alerts.topic_arn
  permissions_boundary_arn = var.permissions_boundary_arn

  scaling = each.key != "gateway" ? null : {
    tasks_min        = var.gateways_min
    tasks_max        = var.gateways_max
    streams_per_task = var.streams_per_gateway_target
  }

  environment = merge(
    {
      QUAKEWIRE_KAFKA_BROKERS = module.kafka.brokers
      QUAKEWIRE_KAFKA_TLS     = "true"
      QUAKEWIRE_LOG_LEVEL     = var.log_level
    },
    try(each.value.environment, {}),
  )

  secrets = merge(
    {
      QUAKEWIRE_KAFKA_USERNAME = "${module.kafka.secret_arns[each.key]}:username::"
      QUAKEWIRE_KAFKA_PASSWORD = "${module.kafka.secret_arns[each.key]}:password::"
    },
    try(each.value.needs_database, false) ? { QUAKEWIRE_POSTGRES_URL = module.database.url_secret_arn } : {},
  )
}
