mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name             = "quakewire-test"
  account_id       = "123456789012"
  files            = { "up.sh" = "true" }
  repository_arn   = "arn:aws:ecr:eu-central-1:123456789012:repository/quakewire"
  key_arn          = "arn:aws:kms:eu-central-1:123456789012:key/test"
  alerts_topic_arn = "arn:aws:sns:eu-central-1:123456789012:test"
}

run "the_world_reaches_443_and_80_alone" {
  command = plan

  assert {
    condition = toset([
      for rule in concat(values(aws_vpc_security_group_ingress_rule.web_ipv4), values(aws_vpc_security_group_ingress_rule.web_ipv6)) : "${rule.from_port}-${rule.to_port}"
    ]) == toset(["443-443", "80-80"])
    error_message = "Two ports."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.grafana) == 0
    error_message = "Grafana is reached through SSM unless addresses are named."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.ssm.policy_arn == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    error_message = "A shell is opened by SSM."
  }
}

run "grafana_is_for_who_is_named" {
  command = plan

  variables {
    grafana_allowed_cidrs = ["203.0.113.7/32"]
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.grafana : "${rule.cidr_ipv4}:${rule.from_port}-${rule.to_port}"] == ["203.0.113.7/32:3000-3000"]
    error_message = "One address, one port."
  }
}

run "grafana_is_not_for_the_world" {
  command = plan

  variables {
    grafana_allowed_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.grafana_allowed_cidrs]
}

run "a_container_does_not_get_the_machines_rights" {
  command = plan

  assert {
    condition     = aws_instance.this.metadata_options[0].http_tokens == "required" && aws_instance.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "IMDSv2, one hop."
  }
}

run "disks_are_encrypted_and_the_data_is_apart" {
  command = plan

  assert {
    condition     = aws_instance.this.root_block_device[0].encrypted && aws_instance.this.root_block_device[0].kms_key_id == var.key_arn
    error_message = "The system's disk."
  }

  assert {
    condition     = aws_ebs_volume.data.encrypted && aws_ebs_volume.data.kms_key_id == var.key_arn && aws_ebs_volume.data.type == "gp3"
    error_message = "The data's disk."
  }

  assert {
    condition     = aws_volume_attachment.data.volume_id == aws_ebs_volume.data.id && aws_volume_attachment.data.stop_instance_before_detaching
    error_message = "It is another disk, and nobody takes it away while it is written to."
  }
}

run "the_data_has_snapshots" {
  command = plan

  assert {
    condition     = aws_dlm_lifecycle_policy.data.policy_details[0].target_tags == tomap({ Snapshots = "quakewire-test" }) && aws_ebs_volume.data.tags["Snapshots"] == "quakewire-test"
    error_message = "The policy finds the volume."
  }

  assert {
    condition     = aws_dlm_lifecycle_policy.data.policy_details[0].schedule[0].create_rule[0].interval == 24 && aws_dlm_lifecycle_policy.data.policy_details[0].schedule[0].retain_rule[0].count == 14
    error_message = "Daily, for two weeks."
  }
}

run "the_machine_may_read_its_files_and_its_image" {
  command = plan

  assert {
    condition = toset(flatten([for it in jsondecode(aws_iam_role_policy.this.policy).Statement : it.Action])) == toset([
      "cloudwatch:PutMetricData",
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
      "kms:Decrypt",
      "s3:GetObject",
      "s3:ListBucket",
    ])
    error_message = "These rights and no others."
  }

  assert {
    condition     = toset([for it in jsondecode(aws_iam_role_policy.this.policy).Statement : it.Sid if contains(flatten([it.Resource]), "*") && !can(it.Condition)]) == toset(["AskForAToken"])
    error_message = "Each for one thing."
  }
}

run "somebody_is_told_when_it_is_gone_or_full" {
  command = plan

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.status), values(aws_cloudwatch_metric_alarm.disk)) : contains(alarm.alarm_actions, var.alerts_topic_arn)])
    error_message = "The topic is written to."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.disk : alarm.treat_missing_data == "breaching"])
    error_message = "A disk that says nothing is told."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.status : alarm.treat_missing_data == "missing" && contains(alarm.insufficient_data_actions, var.alerts_topic_arn)])
    error_message = "A machine without figures is told, and not restarted: it may be in its first boot."
  }

  assert {
    condition     = toset([for alarm in aws_cloudwatch_metric_alarm.disk : alarm.dimensions["path"]]) == toset(["/", "/data"])
    error_message = "Both disks are watched."
  }
}

run "a_changed_file_is_deployed" {
  command = plan

  variables {
    files = { "up.sh" = "false" }
  }

  assert {
    condition     = strcontains(aws_ssm_association.deploy.parameters["commands"], sha256(jsonencode(var.files)))
    error_message = "The command changes with the files, and so runs again."
  }

  assert {
    condition     = length(aws_instance.this.user_data) < 16384
    error_message = "What cloud-init gets has room."
  }
}
