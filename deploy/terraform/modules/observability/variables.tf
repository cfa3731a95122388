variable "name" {
  description = "Name of the deployment."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "vpc_id" {
  description = "Id of the network."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the private subnets that tasks run in."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids names subnets in at least two zones."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string
}

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string
}

variable "client_security_group_ids" {
  description = "Security groups whose logs Loki takes, by the role's name."
  type        = map(string)
}

variable "dashboards" {
  description = "Grafana's dashboards: JSON by file name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, text in var.dashboards : endswith(name, ".json") && can(jsondecode(text))])
    error_message = "Each of dashboards is JSON, under a name that ends in .json."
  }
}

variable "alert_rules" {
  description = "Prometheus rules: YAML with groups, by a name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for text in values(var.alert_rules) : can(yamldecode(text).groups)])
    error_message = "Each of alert_rules is YAML with groups."
  }
}

variable "log_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.log_days >= 1 && var.log_days <= 3650 && floor(var.log_days) == var.log_days
    error_message = "log_days is a whole number from 1 to 3650."
  }
}

variable "grafana_password" {
  description = "Password of Grafana's user admin. Ephemeral: it goes into the secret and nowhere else."
  type        = string
  ephemeral   = true
}

variable "grafana_password_version" {
  description = "Raise it by one to write a new password."
  type        = number
  default     = 1

  validation {
    condition     = var.grafana_password_version >= 1 && floor(var.grafana_password_version) == var.grafana_password_version
    error_message = "grafana_password_version is a whole number of at least 1."
  }
}

variable "loki_image" {
  description = "Image of Loki 3."
  type        = string
  default     = "docker.io/grafana/loki:3.7.6"
}

variable "grafana_image" {
  description = "Image of Grafana."
  type        = string
  default     = "docker.io/grafana/grafana:13.1.1"
}

variable "signer_image" {
  description = "Image of AWS's signing proxy, through which Grafana reads Prometheus."
  type        = string
  default     = "public.ecr.aws/aws-observability/aws-sigv4-proxy:1.7"
}

variable "aws_cli_image" {
  description = "Image of the AWS command line, which fetches the files."
  type        = string
  default     = "public.ecr.aws/aws-cli/aws-cli:2.36.15"
}

variable "key_arn" {
  description = "ARN of the KMS key of logs, metrics, files and the secret."
  type        = string
}

variable "alerts_topic_arn" {
  description = "ARN of the topic that alerts go to."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here; null: none."
  type        = string
  default     = null
}
