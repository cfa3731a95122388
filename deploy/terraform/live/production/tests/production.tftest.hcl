mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

# Mocks have nothing ephemeral; this one is the provider as it is served to tests (scripts/terraform/provider.ts).
provider "aws" {
  alias  = "ephemeral"
  region = "eu-central-1"
}

variables {
  account_id               = "123456789012"
  region                   = "eu-central-1"
  domain                   = "quakes.example.org"
  zone_id                  = "Z0123456789ABC"
  image_tag                = "1.2.3"
  alert_emails             = ["operator@example.org"]
  monthly_budget_usd       = 1500
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/quakewire-boundary"
}

# One plan for all: it is large. What holds for each resource of it is judged by test/deploy/terraform-policy.ts.
run "it_is_planned_as_it_should_be" {
  command = plan

  assert {
    condition     = { for role, it in module.role : role => it.service_name if it.service_name != null } == { associate = "associate", gateway = "gateway", source = "source", store = "store" }
    error_message = "Four services; topics is run by hand."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_egress_rule.tls : rule.from_port == 443 && rule.to_port == 443 && rule.ip_protocol == "tcp"])
    error_message = "Roles call the world by TLS alone."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.database) == ["gateway", "store"]
    error_message = "Who needs no database cannot reach it."
  }

  assert {
    condition     = local.tags == { Project = "quakewire", Environment = "production", ManagedBy = "terraform" }
    error_message = "Costs can be told apart."
  }

  assert {
    condition     = output.url == "https://quakes.example.org/" && strcontains(output.run_topics, "assignPublicIp=DISABLED") && strcontains(output.grafana, "AWS-StartPortForwardingSession")
    error_message = "Address, topics, Grafana."
  }

  assert {
    condition     = !strcontains(jsonencode([output.url, output.registry, output.run_topics, output.grafana, output.grafana_password, output.distribution_id]), "made-up-random_password")
    error_message = "No output has one."
  }
}

run "refuses_a_target_beyond_what_a_gateway_takes" {
  command = plan

  variables {
    streams_per_gateway_max    = 10000
    streams_per_gateway_target = 9000
  }

  expect_failures = [var.streams_per_gateway_target]
}

run "refuses_a_drain_that_fargate_cuts_short" {
  command = plan

  variables {
    gateway_drain_s = 115
  }

  expect_failures = [var.gateway_drain_s]
}

run "refuses_an_image_without_a_version" {
  command = plan

  variables {
    image_tag = "latest"
  }

  expect_failures = [var.image_tag]
}
