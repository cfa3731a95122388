variable "account_id" {
  description = "Number of the AWS account; Terraform refuses to work in another."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "region" {
  description = "AWS region of the state."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is one such as eu-central-1."
  }
}

variable "force_destroy" {
  description = "Whether the bucket may be destroyed with all states in it. Applied first, destroyed then."
  type        = bool
  default     = false
}

variable "github_repository" {
  description = "Your own repository on GitHub, owner/name, whose workflows may then change the account; null: none may, and you apply yourself."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null ? true : can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "github_repository is null or owner/name, without a star."
  }
}

variable "github_environments" {
  description = "Environments of that repository: each gets a role of its own. Set reviewers and branches for them on GitHub."
  type        = set(string)
  default     = ["hobby", "production"]

  validation {
    condition     = length(var.github_environments) > 0 && alltrue([for name in var.github_environments : can(regex("^[a-z][a-z0-9-]{1,30}$", name))])
    error_message = "github_environments has at least one name, each 2 to 31 of a-z, 0-9 and -."
  }
}
