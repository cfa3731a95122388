terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.66"
    }
  }

  # The rest is said by backend.hcl (output backend of live/bootstrap). The lock is a file beside the state.
  backend "s3" {
    key          = "production/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.tags
  }
}

# The same, for what is never kept (passwords.tf): a configuration of its own, as Terraform's tests can put a mock in the place of
# the other one, and mocks have nothing ephemeral.
provider "aws" {
  alias               = "ephemeral"
  region              = var.region
  allowed_account_ids = [var.account_id]
}
