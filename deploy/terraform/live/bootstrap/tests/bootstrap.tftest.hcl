mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  account_id        = "123456789012"
  region            = "eu-central-1"
  github_repository = "example/quakewire"
}

run "ci_comes_from_one_repository_and_its_environment_alone" {
  command = plan

  assert {
    condition = alltrue([
      for environment, role in aws_iam_role.ci : alltrue([
        for statement in jsondecode(role.assume_role_policy).Statement :
        statement.Condition == {
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = "repo:example/quakewire:environment:${environment}"
          }
        }
      ])
    ])
    error_message = "Neither another repository nor another environment gets the role."
  }

  assert {
    condition     = keys(aws_iam_role.ci) == ["hobby", "production"]
    error_message = "Each environment has its own."
  }
}

run "ci_cannot_leave_its_bound" {
  command = plan

  assert {
    condition     = alltrue([for role in aws_iam_role.ci : role.permissions_boundary == aws_iam_policy.boundary.arn])
    error_message = "CI itself is bounded."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.ci : [
        for statement in jsondecode(policy.policy).Statement :
        try(statement.Condition.StringEquals["iam:PermissionsBoundary"], null) == aws_iam_policy.boundary.arn
        if contains(flatten([statement.Action]), "iam:CreateRole")
      ]
    ]))
    error_message = "Whatever role it makes is bounded as well."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.ci : [
        for statement in jsondecode(policy.policy).Statement :
        strcontains(jsonencode(statement.Resource), "role/quakewire-") || strcontains(jsonencode(statement.Resource), "instance-profile/quakewire-") || strcontains(jsonencode(statement.Resource), "role/aws-service-role/")
        if statement.Effect == "Allow" && statement.Sid != "Look"
      ]
    ]))
    error_message = "It changes roles of Quakewire and no others."
  }

  assert {
    condition     = contains(flatten([for statement in jsondecode(aws_iam_policy.boundary.policy).Statement : statement.Action if statement.Effect == "Deny"]), "iam:*AccessKey*")
    error_message = "Nobody makes keys that last."
  }
}

run "the_states_are_kept" {
  command = plan

  assert {
    condition     = strcontains(output.backend, "quakewire-state-123456789012") && strcontains(output.backend, "kms_key_id")
    error_message = "The bucket is named after the account."
  }
}

run "refuses_every_repository" {
  command = plan

  variables {
    github_repository = "*/*"
  }

  expect_failures = [var.github_repository]
}

run "without_a_repository_nobody_comes_from_github" {
  command = plan

  variables {
    github_repository = null
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && length(aws_iam_role.ci) == 0 && length(aws_iam_role_policy.ci) == 0 && length(aws_iam_role_policy_attachment.ci) == 0
    error_message = "No provider, no role."
  }

  assert {
    condition     = output.ci_role_arns == {} && strcontains(output.backend, "quakewire-state-123456789012")
    error_message = "The bucket of the states is there all the same."
  }
}
