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
    key          = "hobby/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Project     = "quakewire"
      Environment = "hobby"
      ManagedBy   = "terraform"
    }
  }
}
