mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name               = "quakewire-test"
  key_arn            = "arn:aws:kms:eu-central-1:123456789012:key/test"
  emails             = ["one@example.org", "two@example.org"]
  monthly_budget_usd = 50
}

run "tells_everybody_of_alarms_and_of_the_budget" {
  command = plan

  assert {
    condition     = toset([for it in aws_sns_topic_subscription.this : it.endpoint]) == toset(["one@example.org", "two@example.org"])
    error_message = "Each address is told."
  }

  assert {
    condition     = aws_budgets_budget.this.limit_amount == "50" && aws_budgets_budget.this.time_unit == "MONTHLY"
    error_message = "The budget is the month's."
  }

  assert {
    condition     = length(aws_budgets_budget.this.notification) == 3 && alltrue([for it in aws_budgets_budget.this.notification : one(it.subscriber_sns_topic_arns) == aws_sns_topic.this.arn])
    error_message = "At 80 % and 100 %, and by forecast, the topic is written to."
  }

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.key_arn
    error_message = "The topic is encrypted."
  }

  assert {
    condition     = jsondecode(aws_sns_topic_policy.this.policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Services write to it for this account alone."
  }
}

run "somebody_has_to_be_told" {
  command = plan

  variables {
    emails = []
  }

  expect_failures = [var.emails]
}
