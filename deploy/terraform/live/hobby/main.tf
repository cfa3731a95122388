# Quakewire on one machine: everything of compose.hobby.yaml, and in front of it Caddy, which fetches the domain's certificate by
# itself. deploy/terraform/README.md walks through it.

locals {
  name       = "quakewire-hobby"
  repository = "${path.module}/../../../.."

  # What the machine runs is what the repository has: these, and never a secret that lies beside them.
  sources = toset(flatten([
    for pattern in [
      "compose.{hobby,observability}.yaml",
      "deploy/alloy/*.alloy",
      "deploy/compose/*.{env,sh}",
      "deploy/grafana/dashboards/*.json",
      "deploy/grafana/provisioning/*/*.yml",
      "deploy/haproxy/*.cfg",
      "deploy/loki/*.yaml",
      "deploy/prometheus/*.yml",
      "deploy/prometheus/rules/*.yml",
      "deploy/systemd/quakewire-backup.timer",
    ] : [for path in fileset(local.repository, pattern) : path]
  ]))
  # Read by Compose, and by up.sh as bash reads it.
  env = concat(
    [
      "COMPOSE_PROJECT_NAME=quakewire",
      "COMPOSE_FILE=compose.hobby.yaml:compose.host.yaml${var.own_files == null ? "" : ":own/compose.yaml"}",
      "QUAKEWIRE_IMAGE=${module.registry.url}:${var.image_tag}",
      "QUAKEWIRE_REGISTRY=${split("/", module.registry.url)[0]}",
      "QUAKEWIRE_DOMAIN=${var.domain}",
      "WEB_ADDRESS=127.0.0.1",
      "GRAFANA_ADDRESS=${length(var.grafana_allowed_cidrs) == 0 ? "127.0.0.1" : "0.0.0.0"}",
      "AWS_REGION=${var.region}",
    ],
    [for name, value in var.settings : "${name}='${value}'"],
  )
  own = var.own_files == null ? toset([]) : fileset("${path.module}/${var.own_files}", "**")
  files = merge(
    { for path in local.sources : path => file("${local.repository}/${path}") },
    {
      "compose.host.yaml"        = file("${path.module}/files/compose.host.yaml")
      "quakewire-backup.service" = file("${path.module}/files/quakewire-backup.service")
      "up.sh"                    = file("${path.module}/files/up.sh")
      ".env"                     = join("", [for line in local.env : "${line}\n"])
    },
    { for name in local.own : "own/${name}" => file("${path.module}/${var.own_files}/${name}") },
  )
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
  # They are built again from the repository.
  force_delete = true
}

module "host" {
  source = "../../modules/host"

  name                     = local.name
  account_id               = var.account_id
  instance_type            = var.instance_type
  data_gib                 = var.data_gib
  files                    = local.files
  grafana_allowed_cidrs    = var.grafana_allowed_cidrs
  repository_arn           = module.registry.arn
  key_arn                  = module.key.arn
  alerts_topic_arn         = module.alerts.topic_arn
  permissions_boundary_arn = var.permissions_boundary_arn
}

resource "aws_route53_record" "site" {
  for_each = var.zone_id == null ? {} : { A = module.host.address, AAAA = module.host.ipv6_address }

  zone_id = var.zone_id
  name    = var.domain
  type    = each.key
  ttl     = 300
  records = [each.value]
}
