mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name                      = "quakewire-test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2", "subnet-3"]
  client_security_group_ids = { store = "sg-store" }
  key_arn                   = "arn:aws:kms:eu-central-1:123456789012:key/test"
  alerts_topic_arn          = "arn:aws:sns:eu-central-1:123456789012:test"
  password                  = "secret-word"
}

run "stands_on_two_machines_that_nobody_reaches_from_outside" {
  command = plan

  assert {
    condition     = aws_db_instance.this.multi_az && !aws_db_instance.this.publicly_accessible
    error_message = "Two zones, no public address."
  }

  assert {
    condition     = { for role, rule in aws_vpc_security_group_ingress_rule.clients : role => "${rule.referenced_security_group_id}:${rule.from_port}-${rule.to_port}" } == { store = "sg-store:5432-5432" }
    error_message = "5432 from the groups that were named, and nothing else."
  }
}

run "is_encrypted_kept_and_not_deleted_by_mistake" {
  command = plan

  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.key_arn && aws_db_instance.this.performance_insights_kms_key_id == var.key_arn
    error_message = "Disk, backups and figures are encrypted with the key that was given."
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.delete_automated_backups
    error_message = "It is not deleted by mistake, and when it is, backups stay."
  }

  assert {
    condition     = aws_db_instance.this.backup_retention_period == 14
    error_message = "Any moment of two weeks can be brought back."
  }

  assert {
    condition     = contains([for it in aws_db_parameter_group.this.parameter : "${it.name}=${it.value}"], "rds.force_ssl=1")
    error_message = "There is no connection without TLS."
  }
}

run "its_password_is_in_no_state" {
  command = plan

  assert {
    condition     = aws_db_instance.this.password_wo == null && !strcontains(jsonencode(aws_db_instance.this), "secret-word")
    error_message = "The database's state has no password."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.url.secret_string_wo == null && !strcontains(jsonencode(aws_secretsmanager_secret_version.url), "secret-word")
    error_message = "The secret's state has no password."
  }
}

run "refuses_a_database_older_than_the_code_needs" {
  command = plan

  variables {
    engine_version = "14"
  }

  expect_failures = [var.engine_version]
}

run "refuses_to_go_without_backups" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}
