mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name                 = "quakewire-test"
  role                 = "gateway"
  image                = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/quakewire:1.2.3"
  repository_arn       = "arn:aws:ecr:eu-central-1:123456789012:repository/quakewire"
  cluster_arn          = "arn:aws:ecs:eu-central-1:123456789012:cluster/quakewire-test"
  cluster_name         = "quakewire-test"
  subnet_ids           = ["subnet-1", "subnet-2", "subnet-3"]
  security_group_id    = "sg-1"
  target_group_arn     = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/test/1"
  needs_database       = true
  cpu                  = 1024
  memory_mib           = 2048
  stop_timeout_s       = 60
  loki_host            = "loki.test.internal"
  prometheus_write_url = "https://prometheus.example.org/api/v1/remote_write"
  prometheus_arn       = "arn:aws:aps:eu-central-1:123456789012:workspace/ws-1"
  key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/test"
  alerts_topic_arn     = "arn:aws:sns:eu-central-1:123456789012:test"

  scaling = {
    tasks_min        = 2
    tasks_max        = 20
    streams_per_task = 10000
  }

  environment = {
    QUAKEWIRE_HOST = "0.0.0.0"
  }

  secrets = {
    QUAKEWIRE_KAFKA_PASSWORD = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_test_gateway-AbCdEf:password::"
    QUAKEWIRE_KAFKA_USERNAME = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_test_gateway-AbCdEf:username::"
    QUAKEWIRE_POSTGRES_URL   = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:test/postgres-url-AbCdEf"
  }
}

run "the_process_is_not_root_and_writes_nothing" {
  command = plan

  assert {
    condition = alltrue([
      for it in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      it.user == "65532:65532" && it.readonlyRootFilesystem && it.linuxParameters.capabilities.drop == ["ALL"] if it.name == "quakewire"
    ])
    error_message = "Its user is not root, its file system is read-only, it has no capabilities."
  }

  assert {
    condition     = alltrue([for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : !try(it.privileged, false)])
    error_message = "No container is privileged."
  }
}

run "its_admin_port_stays_inside_the_task" {
  command = plan

  assert {
    condition = flatten([
      for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : [for port in try(it.portMappings, []) : port.containerPort]
    ]) == [8080]
    error_message = "The readers' port is the only one that leaves the task."
  }
}

run "secrets_are_named_and_not_written_down" {
  command = plan

  assert {
    condition = alltrue([
      for it in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      toset(it.secrets[*].name) == toset(keys(var.secrets)) && length(setintersection(it.environment[*].name, keys(var.secrets))) == 0 if it.name == "quakewire"
    ])
    error_message = "What is secret comes from Secrets Manager."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : toset(statement.Resource) if statement.Sid == "ReadItsOwnSecrets"
      ] == [toset([
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_test_gateway-AbCdEf",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:test/postgres-url-AbCdEf",
    ])]
    error_message = "Who starts it reads these two secrets and no other."
  }
}

run "the_process_itself_may_write_figures_and_nothing_else" {
  command = plan

  assert {
    condition     = toset(flatten([for it in jsondecode(aws_iam_role_policy.task.policy).Statement : it.Action])) == toset(["aps:RemoteWrite", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"])
    error_message = "The task's role has these rights alone."
  }

  assert {
    condition     = alltrue([for it in jsondecode(aws_iam_role_policy.task.policy).Statement : !contains(flatten([it.Resource]), "*")])
    error_message = "And each for one thing."
  }

  assert {
    condition     = [for it in jsondecode(aws_iam_role_policy.execution.policy).Statement : it.Action if contains(flatten([it.Resource]), "*")] == ["ecr:GetAuthorizationToken"]
    error_message = "Who starts it has one right for everything: the token that the registry gives to nobody in particular."
  }
}

run "it_is_scaled_by_open_streams_per_task" {
  command = plan

  assert {
    condition     = aws_appautoscaling_target.this[0].min_capacity == 2 && aws_appautoscaling_target.this[0].max_capacity == 20
    error_message = "Two tasks at least, twenty at most."
  }

  assert {
    condition = alltrue([
      for it in aws_appautoscaling_policy.streams[0].target_tracking_scaling_policy_configuration :
      it.target_value == 10000 && it.customized_metric_specification[0].metric_name == "quakewire_live_streams" && it.customized_metric_specification[0].statistic == "Average"
    ])
    error_message = "By the mean of what each task says."
  }

  # What the collector writes is what the scaling reads.
  assert {
    condition = alltrue([
      for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : alltrue([
        for exporter in [yamldecode(it.environment[0].value).exporters.awsemf] :
        exporter.namespace == aws_appautoscaling_policy.streams[0].target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].namespace
        && exporter.metric_declarations[0].dimensions == [[for it in aws_appautoscaling_policy.streams[0].target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].dimensions : it.name]]
        && exporter.metric_declarations[0].metric_name_selectors == ["^quakewire_live_streams"]
      ]) if it.name == "metrics"
    ])
    error_message = "The figure is written under the name by which it is read."
  }
}

run "readers_have_time_to_leave" {
  command = plan

  assert {
    condition     = alltrue([for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : it.stopTimeout == 60 if it.name == "quakewire"])
    error_message = "SIGKILL comes after the drain."
  }

  assert {
    condition     = aws_ecs_service.this[0].deployment_minimum_healthy_percent == 100 && aws_ecs_service.this[0].deployment_circuit_breaker[0].rollback
    error_message = "New ones come before old ones leave, and a version that does not start is taken back."
  }

  assert {
    condition     = !aws_ecs_service.this[0].enable_execute_command && !aws_ecs_service.this[0].network_configuration[0].assign_public_ip
    error_message = "No shell and no public address."
  }
}

run "a_role_without_readers_has_no_port_and_no_scaling" {
  command = plan

  variables {
    role             = "associate"
    scaling          = null
    target_group_arn = null
    needs_database   = false
    tasks            = 2
    cpu              = 256
    memory_mib       = 1024
    environment      = {}
    secrets          = {}
  }

  assert {
    condition     = aws_ecs_service.this[0].desired_count == 2 && length(aws_appautoscaling_target.this) == 0 && length(aws_ecs_service.this[0].load_balancer) == 0
    error_message = "Two tasks, as told."
  }

  assert {
    condition     = [for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : it.name] == ["quakewire", "logs", "metrics"]
    error_message = "Who needs no database fetches no authorities."
  }

  assert {
    condition     = flatten([for it in jsondecode(aws_iam_role_policy.execution.policy).Statement : it.Action if startswith(flatten([it.Action])[0], "secretsmanager")]) == []
    error_message = "Who has no secrets may read none."
  }

  assert {
    condition     = toset(flatten([for it in jsondecode(aws_iam_role_policy.task.policy).Statement : it.Action])) == toset(["aps:RemoteWrite"])
    error_message = "And it writes metrics alone."
  }
}

run "a_role_that_ends_by_itself_is_no_service" {
  command = plan

  variables {
    role             = "topics"
    runs_always      = false
    scaling          = null
    target_group_arn = null
    needs_database   = false
    cpu              = 256
    memory_mib       = 1024
  }

  assert {
    condition     = length(aws_ecs_service.this) == 0 && length(aws_cloudwatch_metric_alarm.gone) == 0
    error_message = "Nobody starts it again when it has ended, and nobody misses it."
  }
}

run "refuses_an_image_of_which_nobody_knows_what_it_is" {
  command = plan

  variables {
    image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/quakewire:latest"
  }

  expect_failures = [var.image]
}

run "refuses_to_open_the_admin_port" {
  command = plan

  variables {
    environment = { QUAKEWIRE_ADMIN_HOST = "0.0.0.0" }
  }

  expect_failures = [var.environment]
}

run "refuses_more_streams_than_open_files" {
  command = plan

  variables {
    scaling = { tasks_min = 2, tasks_max = 4, streams_per_task = 70000 }
  }

  expect_failures = [var.scaling]
}
