mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name                      = "quakewire-test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2", "subnet-3"]
  cluster_arn               = "arn:aws:ecs:eu-central-1:123456789012:cluster/quakewire-test"
  cluster_name              = "quakewire-test"
  client_security_group_ids = { gateway = "sg-gateway" }
  key_arn                   = "arn:aws:kms:eu-central-1:123456789012:key/test"
  alerts_topic_arn          = "arn:aws:sns:eu-central-1:123456789012:test"
  grafana_password          = "secret-word"
  dashboards                = { "pipeline.json" = "{\"title\": \"Pipeline\"}" }
  alert_rules               = { alerts = "groups: []" }
}

run "nothing_of_it_is_reached_from_outside" {
  command = plan

  assert {
    condition     = { for who, rule in aws_vpc_security_group_ingress_rule.loki : who => "${rule.referenced_security_group_id}:${rule.from_port}" if who == "gateway" } == { gateway = "sg-gateway:3100" }
    error_message = "Loki takes logs from the roles' groups."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.loki : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null])
    error_message = "And from no address."
  }

  assert {
    condition     = alltrue([for it in aws_ecs_service.this : !it.network_configuration[0].assign_public_ip && length(it.load_balancer) == 0])
    error_message = "Neither has a public address or stands behind a load balancer."
  }

  assert {
    condition     = aws_ecs_service.this["grafana"].enable_execute_command && !aws_ecs_service.this["loki"].enable_execute_command
    error_message = "Grafana is reached through SSM; Loki by nobody."
  }
}

run "logs_are_kept_in_s3_as_long_as_told" {
  command = plan

  assert {
    condition = alltrue([
      for it in [yamldecode(aws_s3_object.file["loki/loki.yaml"].content)] :
      it.limits_config.retention_period == "720h" && it.compactor.retention_enabled && it.common.storage.s3.bucketnames == "quakewire-test-logs-123456789012" && it.schema_config.configs[0].schema == "v13"
    ])
    error_message = "Thirty days, in the bucket of logs, schema 13."
  }
}

run "each_may_do_its_own_work_alone" {
  command = plan

  assert {
    condition     = toset([for it in jsondecode(aws_iam_role_policy.task["grafana"].policy).Statement : it.Sid]) == toset(["ReadItsFiles", "ListItsFiles", "OpenWhatS3Keeps", "ReadMetrics", "LetTheOperatorIn"])
    error_message = "Grafana reads its files and the metrics."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.task["loki"].policy, "aps:") && !strcontains(aws_iam_role_policy.task["loki"].policy, "ssmmessages") && !strcontains(aws_iam_role_policy.task["loki"].policy, "\"s3:*\"")
    error_message = "Loki reads its files and keeps logs."
  }
}

run "grafana_knows_its_sources_and_dashboards_and_no_default_password" {
  command = plan

  assert {
    condition     = [for it in yamldecode(aws_s3_object.file["grafana/provisioning/datasources/sources.yaml"].content).datasources : it.uid] == ["loki", "prometheus"]
    error_message = "The sources have the names by which the dashboards ask."
  }

  assert {
    condition     = aws_s3_object.file["grafana/dashboards/pipeline.json"].content == var.dashboards["pipeline.json"]
    error_message = "The dashboards are the repository's."
  }

  assert {
    condition = alltrue([
      for it in jsondecode(aws_ecs_task_definition.this["grafana"].container_definitions) :
      it.secrets[*].name == ["GF_SECURITY_ADMIN_PASSWORD"] && contains([for pair in it.environment : "${pair.name}=${pair.value}"], "GF_AUTH_ANONYMOUS_ENABLED=false") if it.name == "grafana"
    ])
    error_message = "Its password comes from Secrets Manager; nobody comes in without one."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.grafana.secret_string_wo == null && !strcontains(jsonencode(aws_secretsmanager_secret_version.grafana), "secret-word")
    error_message = "The state has no password."
  }
}

run "another_file_starts_another_task" {
  command = plan

  assert {
    condition = alltrue([
      for it in jsondecode(aws_ecs_task_definition.this["grafana"].container_definitions) :
      it.environment[0].name == "FILES_SHA256" && length(it.environment[0].value) == 64 if it.name == "configuration"
    ])
    error_message = "The task says which files it was made for."
  }
}

run "alerts_go_to_the_topic" {
  command = plan

  assert {
    condition     = yamldecode(yamldecode(aws_prometheus_alert_manager_definition.this.definition).alertmanager_config).receivers[0].sns_configs[0].topic_arn == var.alerts_topic_arn
    error_message = "Whoever is told of alarms is told of alerts."
  }

  assert {
    condition     = keys(aws_prometheus_rule_group_namespace.this) == ["alerts"]
    error_message = "The rules are the repository's."
  }
}

run "refuses_a_dashboard_that_is_no_json" {
  command = plan

  variables {
    dashboards = { "broken.json" = "{" }
  }

  expect_failures = [var.dashboards]
}
