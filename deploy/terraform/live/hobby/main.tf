# Quakewire on one machine: everything of compose.hobby.yaml, and in front of it Caddy, which fetches the domain's certificate by
# itself. docs/operations/hobby.md walks through it.

locals {
  name       = "quakewire-hobby"
  repository = "${path.module}/../../../.."

  # What the machine runs is what the repository has.
  sources = setunion(
    fileset(local.repository, "compose.hobby.yaml"),
    fileset(local.repository, "deploy/{alloy,compose,grafana,loki,prometheus}/**"),
  )
  files = merge(
    { for path in local.sources : path => file("${local.repository}/${path}") if !endswith(path, ".ts") },
    {
      "compose.host.yaml" = file("${path.module}/files/compose.host.yaml")
      "up.sh"             = file("${path.module}/files/up.sh")
      ".env"              = <<-EOT
        COMPOSE_PROJECT_NAME=quakewire
        COMPOSE_FILE=compose.hobby.yaml:compose.host.yaml
        QUAKEWIRE_IMAGE=${module.registry.url}:${var.image_tag}
        QUAKEWIRE_REGISTRY=${split("/", module.registry.url)[0]}
        QUAKEWIRE_DOMAIN=${var.domain}
        AWS_REGION=${var.region}
      EOT
    },
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
