variable "account_id" {
  description = "Number of the AWS account; Terraform refuses to work in another."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "region" {
  description = "AWS region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is one such as eu-central-1."
  }
}

variable "domain" {
  description = "The site's name, such as quakes.example.org; its A record has to name the machine (output address), or give zone_id."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is a name such as quakes.example.org, in small letters."
  }
}

variable "zone_id" {
  description = "Id of the Route 53 zone that the domain is in, for Terraform to make its records; null: you make them elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.zone_id == null ? true : can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "zone_id is null or an id such as Z0123456789ABC."
  }
}

variable "image_tag" {
  description = "Tag of the image that runs, pushed to the registry before (output registry)."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "image_tag is a tag other than latest: what runs has to be known."
  }
}

variable "settings" {
  description = "Lines of .env as .env.example explains them: any of LOG_LEVEL, LOG_LEVELS_DROPPED and STARTER."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for name, value in var.settings :
      contains(["LOG_LEVEL", "LOG_LEVELS_DROPPED", "STARTER"], name) && can(regex("^[a-z]+(\\|[a-z]+)*$", value))
    ])
    error_message = "settings has LOG_LEVEL, LOG_LEVELS_DROPPED and STARTER alone, each a word or several with | between them."
  }
}

variable "own_files" {
  description = "Folder with files of your own, named from here: on the machine they are in /opt/quakewire/own, and its compose.yaml is read after the others. No secret belongs there. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.own_files == null ? true : fileexists("${path.module}/${var.own_files}/compose.yaml")
    error_message = "own_files is null or a folder that has a compose.yaml."
  }
}

variable "instance_type" {
  description = "The machine: arm64, with at least 4 GiB of memory."
  type        = string
  default     = "t4g.medium"

  validation {
    condition     = can(regex("^t4g\\.(medium|large|xlarge|2xlarge)$", var.instance_type))
    error_message = "instance_type is t4g.medium to t4g.2xlarge."
  }
}

variable "data_gib" {
  description = "Size of the data's volume in GiB. It can grow later, not shrink."
  type        = number
  default     = 30

  validation {
    condition     = var.data_gib >= 10 && var.data_gib <= 16384 && floor(var.data_gib) == var.data_gib
    error_message = "data_gib is a whole number from 10 to 16384."
  }
}

variable "grafana_allowed_cidrs" {
  description = "IPv4 blocks that may reach Grafana on port 3000; none: by SSM port forwarding alone (output grafana)."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.grafana_allowed_cidrs : can(cidrhost(cidr, 0)) && try(tonumber(split("/", cidr)[1]) >= 24, false)])
    error_message = "Each of grafana_allowed_cidrs is an IPv4 block of at least 24 bits, such as 203.0.113.7/32."
  }
}

variable "alert_emails" {
  description = "Addresses that are told of alarms and of the budget."
  type        = set(string)

  validation {
    condition     = length(var.alert_emails) > 0
    error_message = "alert_emails has at least one address."
  }
}

variable "monthly_budget_usd" {
  description = "What a month may cost, in US dollars. It stops nothing; it tells."
  type        = number
  default     = 50

  validation {
    condition     = var.monthly_budget_usd >= 1
    error_message = "monthly_budget_usd is at least 1."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here (output of live/bootstrap); null: none, and then CI may not apply."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is null or the ARN of a policy."
  }
}
