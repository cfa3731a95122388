variable "name" {
  description = "Name of the deployment; everything in the network is named after it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "cidr" {
  description = "Addresses of the network, a private IPv4 block of 16 to 20 bits."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)[0-9.]+/(1[6-9]|20)$", var.cidr))
    error_message = "cidr is a private IPv4 block such as 10.20.0.0/16, of 16 to 20 bits."
  }
}

variable "nat_gateways" {
  description = "How many NAT gateways: 3, and a zone's failure touches that zone alone; 1 costs a third, and its zone's failure cuts the source off from its agency until it is back (the source then fetches what it missed)."
  type        = number
  default     = 3

  validation {
    condition     = contains([1, 2, 3], var.nat_gateways)
    error_message = "nat_gateways is 1, 2 or 3."
  }
}

variable "interface_endpoints" {
  description = "AWS services that are reached inside the network, by their endpoint's name."
  type        = set(string)
  default = [
    "aps-workspaces",
    "ecr.api",
    "ecr.dkr",
    "kms",
    "logs",
    "secretsmanager",
    "ssm",
    "ssmmessages",
  ]

  validation {
    condition     = alltrue([for name in var.interface_endpoints : can(regex("^[a-z][a-z0-9.-]+$", name))])
    error_message = "Each of interface_endpoints is a service's name such as ecr.api."
  }
}

variable "flow_log_days" {
  description = "Days for which refused connections are kept in the log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.flow_log_days)
    error_message = "flow_log_days is one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365."
  }
}

variable "key_arn" {
  description = "ARN of the KMS key that encrypts the log."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here; null: none."
  type        = string
  default     = null
}
