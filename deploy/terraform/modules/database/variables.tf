variable "name" {
  description = "Name of the deployment, and of the database's machine."
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
  description = "Ids of subnets in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids names at least two subnets: the second machine stands in another zone."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by the role's name."
  type        = map(string)
}

variable "key_arn" {
  description = "ARN of the KMS key for disk, backups, secret and logs."
  type        = string
}

variable "engine_version" {
  description = "Version of PostgreSQL, 15 or newer; without a minor number RDS takes its newest."
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^(1[5-9])(\\.[0-9]+)?$", var.engine_version))
    error_message = "engine_version is 15 to 19, with or without a minor number."
  }
}

variable "instance_class" {
  description = "Machine of the database."
  type        = string
  default     = "db.t4g.medium"

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "instance_class is one of RDS's, such as db.t4g.medium."
  }
}

variable "storage_gib" {
  description = "First size of the disk in GiB."
  type        = number
  default     = 50

  validation {
    condition     = var.storage_gib >= 20 && var.storage_gib <= 65536 && floor(var.storage_gib) == var.storage_gib
    error_message = "storage_gib is a whole number from 20 to 65536."
  }
}

variable "storage_gib_max" {
  description = "Size in GiB up to which the disk grows by itself."
  type        = number
  default     = 500

  validation {
    condition     = var.storage_gib_max > var.storage_gib
    error_message = "storage_gib_max is more than storage_gib."
  }
}

variable "password" {
  description = "Password of the user quakewire. Ephemeral: it goes to the database and into the secret, and nowhere else."
  type        = string
  ephemeral   = true
}

variable "password_version" {
  description = "Raise it by one to write a new password."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && floor(var.password_version) == var.password_version
    error_message = "password_version is a whole number of at least 1."
  }
}

variable "backup_days" {
  description = "Days to any moment of which the database can be brought back."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35 && floor(var.backup_days) == var.backup_days
    error_message = "backup_days is a whole number from 1 to 35."
  }
}

variable "log_days" {
  description = "Days for which the database's own logs are kept."
  type        = number
  default     = 14

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90], var.log_days)
    error_message = "log_days is one of 1, 3, 5, 7, 14, 30, 60, 90."
  }
}

variable "alerts_topic_arn" {
  description = "ARN of the topic that alarms write to."
  type        = string
}
