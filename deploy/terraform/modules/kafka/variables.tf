variable "name" {
  description = "Name of the deployment, and of the cluster."
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
  description = "Ids of three subnets in three zones: one broker in each."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) == 3
    error_message = "subnet_ids names three subnets: a topic has three copies, one a zone."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by the role's name."
  type        = map(string)
}

variable "key_arn" {
  description = "ARN of the KMS key for disks, secrets and logs. It has to be one of the account's own: MSK reads no secret under the default key."
  type        = string
}

variable "kafka_version" {
  description = "Version of Kafka as MSK names it, with .kraft at its end: there is no ZooKeeper."
  type        = string
  default     = "4.1.x.kraft"

  validation {
    condition     = can(regex("^4\\.[0-9]+\\.x\\.kraft$", var.kafka_version))
    error_message = "kafka_version is a version 4 in KRaft mode, such as 4.1.x.kraft."
  }
}

variable "instance_type" {
  description = "Machine of a broker."
  type        = string
  default     = "kafka.m7g.large"

  validation {
    condition     = can(regex("^kafka\\.m[57]g?\\.[0-9]*x?large$", var.instance_type))
    error_message = "instance_type is one that MSK has for KRaft mode, such as kafka.m7g.large."
  }
}

variable "volume_gib" {
  description = "First size of a broker's disk in GiB. The world's earthquakes of a year are about 1 GiB of reports."
  type        = number
  default     = 50

  validation {
    condition     = var.volume_gib >= 10 && var.volume_gib <= 16384 && floor(var.volume_gib) == var.volume_gib
    error_message = "volume_gib is a whole number from 10 to 16384."
  }
}

variable "volume_gib_max" {
  description = "Size in GiB up to which a broker's disk grows by itself."
  type        = number
  default     = 500

  validation {
    condition     = var.volume_gib_max >= var.volume_gib && var.volume_gib_max <= 16384
    error_message = "volume_gib_max is at least volume_gib, and at most 16384."
  }
}

variable "users" {
  description = "Users, one for each role that connects."
  type        = set(string)
  default     = ["associate", "gateway", "source", "store", "topics"]

  validation {
    condition     = length(var.users) > 0 && alltrue([for user in var.users : can(regex("^[a-z][a-z-]{1,30}$", user))])
    error_message = "users has at least one name, each 2 to 31 of a-z and -."
  }
}

variable "passwords" {
  description = "Password of each user. Ephemeral: it goes into the secret and nowhere else."
  type        = map(string)
  ephemeral   = true
}

variable "passwords_version" {
  description = "Raise it by one to write new passwords."
  type        = number
  default     = 1

  validation {
    condition     = var.passwords_version >= 1 && floor(var.passwords_version) == var.passwords_version
    error_message = "passwords_version is a whole number of at least 1."
  }
}

variable "log_days" {
  description = "Days for which the brokers' own logs are kept."
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
