terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.66"
    }
  }

  # Its own state is kept here at first, on your disk: the bucket does not exist yet. README.md says how it moves there.
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Project   = "quakewire"
      Part      = "bootstrap"
      ManagedBy = "terraform"
    }
  }
}
