mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name = "quakewire-test"
}

run "turns_and_is_for_this_account" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key turns by itself."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.this.policy).Statement :
      can(statement.Principal.AWS) ? statement.Principal.AWS == "arn:aws:iam::123456789012:root" : length(statement.Condition) > 0
    ])
    error_message = "This account alone decides; a service may use the key for this account alone."
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/quakewire-test"
    error_message = "The key has the deployment's name."
  }
}
