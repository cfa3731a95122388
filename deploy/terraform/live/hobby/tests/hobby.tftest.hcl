mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  account_id               = "123456789012"
  region                   = "eu-central-1"
  domain                   = "quakes.example.org"
  image_tag                = "1.2.3"
  alert_emails             = ["operator@example.org"]
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/quakewire-boundary"
}

run "what_runs_is_what_the_repository_has" {
  command = plan

  assert {
    condition     = endswith(one(regexall("QUAKEWIRE_IMAGE=(.*)", local.files[".env"]))[0], ":1.2.3")
    error_message = "The image is the one that was named."
  }

  assert {
    condition     = strcontains(local.files["up.sh"], "docker compose up") && strcontains(local.files["compose.host.yaml"], "reverse-proxy")
    error_message = "TLS stands in front."
  }

  assert {
    condition     = alltrue([for name in ["quakewire-backup.service", "deploy/systemd/quakewire-backup.timer"] : contains(keys(local.files), name) && strcontains(local.files["up.sh"], name)])
    error_message = "A backup is made each night."
  }
}

run "settings_and_files_of_ones_own_come_along" {
  command = plan

  variables {
    settings  = { LOG_LEVEL = "debug", LOG_LEVELS_DROPPED = "trace|debug" }
    own_files = "tests/own"
  }

  assert {
    condition     = endswith(local.files[".env"], "AWS_REGION=eu-central-1\nLOG_LEVEL='debug'\nLOG_LEVELS_DROPPED='trace|debug'\n")
    error_message = "A line each, which bash takes as it stands too."
  }

  assert {
    condition     = strcontains(local.files[".env"], "COMPOSE_FILE=compose.hobby.yaml:compose.host.yaml:own/compose.yaml\n")
    error_message = "One's own file is read last."
  }

  assert {
    condition     = local.files["own/compose.yaml"] == file("tests/own/compose.yaml")
    error_message = "Its files are beside the repository's."
  }
}

run "nothing_of_ones_own_unless_it_is_named" {
  command = plan

  assert {
    condition     = strcontains(local.files[".env"], "COMPOSE_FILE=compose.hobby.yaml:compose.host.yaml\n") && endswith(local.files[".env"], "\nAWS_REGION=eu-central-1\n")
    error_message = "The repository's files alone."
  }
}

run "refuses_settings_that_are_none" {
  command = plan

  variables {
    settings = { COMPOSE_FILE = "compose.yaml" }
  }

  expect_failures = [var.settings]
}

run "refuses_settings_that_a_shell_would_read" {
  command = plan

  variables {
    settings = { LOG_LEVEL = "info';reboot;'" }
  }

  expect_failures = [var.settings]
}

run "refuses_a_folder_without_a_compose_file" {
  command = plan

  variables {
    own_files = "tests"
  }

  expect_failures = [var.own_files]
}

run "the_domain_is_named_elsewhere_unless_its_zone_is_given" {
  command = plan

  assert {
    condition     = length(aws_route53_record.site) == 0
    error_message = "No zone, no records."
  }
}

run "the_domain_names_the_machine_where_its_zone_is_given" {
  command = plan

  variables {
    zone_id = "Z0123456789ABC"
  }

  assert {
    condition     = one(aws_route53_record.site["A"].records) == output.address && one(aws_route53_record.site["AAAA"].records) == output.ipv6_address
    error_message = "Both kinds of address."
  }
}

run "grafana_is_not_for_the_world" {
  command = plan

  variables {
    grafana_allowed_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.grafana_allowed_cidrs]
}

run "refuses_an_image_without_a_version" {
  command = plan

  variables {
    image_tag = "latest"
  }

  expect_failures = [var.image_tag]
}
