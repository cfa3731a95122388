mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name    = "quakewire-test-123456789012"
  key_arn = "arn:aws:kms:eu-central-1:123456789012:key/test"
}

run "is_private_encrypted_and_versioned" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "Nothing in it is public."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.key_arn
    error_message = "It is encrypted with the key that was given."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "What is replaced can be brought back."
  }

  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "A bucket with objects is not destroyed."
  }
}

run "refuses_what_is_not_tls" {
  command = plan

  assert {
    condition = anytrue([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Effect == "Deny" && statement.Principal == "*" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])
    error_message = "Requests without TLS are denied to everybody."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement.Effect == "Deny"])
    error_message = "The policy gives nobody anything."
  }
}

run "keeps_objects_for_ever_unless_told" {
  command = plan

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this.rule) == 1
    error_message = "Without expire_days only replaced versions go."
  }
}

run "lets_objects_go_when_told" {
  command = plan

  variables {
    expire_days = 30
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[1].expiration[0].days == 30
    error_message = "With expire_days old objects go."
  }
}

run "goes_with_its_objects_when_told" {
  command = plan

  variables {
    force_destroy = true
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy
    error_message = "With force_destroy its objects go with it."
  }
}

run "refuses_a_bad_name" {
  command = plan

  variables {
    name = "Quake_Wire"
  }

  expect_failures = [var.name]
}
