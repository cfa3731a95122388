# What every other root needs: a bucket for the states, and, where a repository is named, a role by which its CI may apply them,
# without a password anywhere.

data "aws_partition" "this" {}

locals {
  partition = data.aws_partition.this.partition
  iam       = "arn:${local.partition}:iam::${var.account_id}"
  # All that Terraform makes here is named so; CI may touch the IAM of nothing else.
  prefix = "quakewire-"
  # Who applies from their own machine has no CI, and so no role that a stranger's repository could take.
  environments = var.github_repository == null ? toset([]) : var.github_environments
}

module "key" {
  source = "../../modules/key"

  name = "quakewire-state"
}

module "state" {
  source = "../../modules/bucket"

  name            = "quakewire-state-${var.account_id}"
  key_arn         = module.key.arn
  noncurrent_days = 365
  force_destroy   = var.force_destroy
}

# ── CI ──

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_repository == null ? 0 : 1

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "ci" {
  for_each = local.environments

  name                 = "${local.prefix}ci-${each.key}"
  description          = "Terraform from GitHub, environment ${each.key} of ${var.github_repository}"
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.boundary.arn

  # The environment is where GitHub asks people before it goes on: branches and reviewers are set there.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Federated = aws_iam_openid_connect_provider.github[0].arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = "repo:${var.github_repository}:environment:${each.key}"
          }
        }
      },
    ]
  })
}

# Everything but IAM, Organizations and the account itself.
resource "aws_iam_role_policy_attachment" "ci" {
  for_each = local.environments

  role       = aws_iam_role.ci[each.key].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/PowerUserAccess"
}

resource "aws_iam_role_policy" "ci" {
  for_each = local.environments

  name = "iam-of-quakewire"
  role = aws_iam_role.ci[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Look"
        Effect   = "Allow"
        Action   = ["iam:Get*", "iam:List*"]
        Resource = "*"
      },
      {
        # Whatever role it makes stays within the same bound.
        Sid       = "RolesWithinTheBound"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:AttachRolePolicy"]
        Resource  = "${local.iam}:role/${local.prefix}*"
        Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
      },
      {
        Sid    = "RolesOfQuakewire"
        Effect = "Allow"
        Action = [
          "iam:DeleteRole",
          "iam:DeleteRolePolicy",
          "iam:DetachRolePolicy",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRole",
          "iam:UpdateRoleDescription",
        ]
        Resource = "${local.iam}:role/${local.prefix}*"
      },
      {
        Sid    = "InstanceProfilesOfQuakewire"
        Effect = "Allow"
        Action = [
          "iam:AddRoleToInstanceProfile",
          "iam:CreateInstanceProfile",
          "iam:DeleteInstanceProfile",
          "iam:RemoveRoleFromInstanceProfile",
          "iam:TagInstanceProfile",
          "iam:UntagInstanceProfile",
        ]
        Resource = "${local.iam}:instance-profile/${local.prefix}*"
      },
      {
        Sid      = "GiveRolesToTheServicesThatRunThem"
        Effect   = "Allow"
        Action   = "iam:PassRole"
        Resource = "${local.iam}:role/${local.prefix}*"
        Condition = {
          StringEquals = {
            "iam:PassedToService" = [
              "dlm.amazonaws.com",
              "ec2.amazonaws.com",
              "ecs-tasks.amazonaws.com",
              "vpc-flow-logs.amazonaws.com",
            ]
          }
        }
      },
      {
        Sid      = "RolesThatServicesMakeForThemselves"
        Effect   = "Allow"
        Action   = "iam:CreateServiceLinkedRole"
        Resource = "${local.iam}:role/aws-service-role/*"
      },
      {
        Sid    = "NeverItself"
        Effect = "Deny"
        Action = [
          "iam:AttachRolePolicy",
          "iam:DeleteRole",
          "iam:DeleteRolePermissionsBoundary",
          "iam:DeleteRolePolicy",
          "iam:DetachRolePolicy",
          "iam:PutRolePermissionsBoundary",
          "iam:PutRolePolicy",
          "iam:UpdateAssumeRolePolicy",
        ]
        Resource = "${local.iam}:role/${local.prefix}ci-*"
      },
    ]
  })
}

# The most that any role may do which CI makes, and CI itself: no users, no keys, no way out of the bound.
resource "aws_iam_policy" "boundary" {
  name        = "${local.prefix}boundary"
  description = "Bounds every role that Terraform makes for Quakewire"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WhatTheRoleSays"
        Effect   = "Allow"
        Action   = "*"
        Resource = "*"
      },
      {
        Sid    = "NoPeopleAndNoKeys"
        Effect = "Deny"
        Action = [
          "account:*",
          "iam:*AccessKey*",
          "iam:*Group*",
          "iam:*LoginProfile*",
          "iam:*OpenIDConnect*",
          "iam:*SAML*",
          "iam:*User*",
          "iam:CreatePolicy*",
          "iam:DeletePolicy*",
          "iam:SetDefaultPolicyVersion",
          "iam:DeleteRolePermissionsBoundary",
          "organizations:*",
        ]
        Resource = "*"
      },
      {
        Sid      = "TheStatesStay"
        Effect   = "Deny"
        Action   = ["s3:DeleteBucket*", "s3:PutBucketVersioning", "s3:DeleteObjectVersion"]
        Resource = [module.state.arn, "${module.state.arn}/*"]
      },
    ]
  })
}
