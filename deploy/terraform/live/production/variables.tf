variable "account_id" {
  description = "Number of the AWS account; Terraform refuses to work in another."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "region" {
  description = "AWS region, with three zones or more."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is one such as eu-central-1."
  }
}

variable "name" {
  description = "Name of the deployment: everything in AWS is named after it. Begin it with quakewire-, or CI may not make its roles."
  type        = string
  default     = "quakewire-prod"

  validation {
    condition     = can(regex("^quakewire-[a-z0-9-]{1,13}$", var.name))
    error_message = "name is quakewire- and 1 to 13 of a-z, 0-9 and -."
  }
}

variable "domain" {
  description = "The site's name, such as quakes.example.org."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is a name such as quakes.example.org, in small letters."
  }
}

variable "zone_id" {
  description = "Id of the Route 53 zone that the domain is in."
  type        = string

  validation {
    condition     = can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "zone_id is an id such as Z0123456789ABC."
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

variable "cidr" {
  description = "Addresses of the network, a private IPv4 block of 16 to 20 bits."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && can(regex("/(1[6-9]|20)$", var.cidr))
    error_message = "cidr is a private IPv4 block such as 10.20.0.0/16, of 16 to 20 bits."
  }
}

variable "nat_gateways" {
  description = "How many NAT gateways: 3 for one a zone, 1 to save."
  type        = number
  default     = 3

  validation {
    condition     = contains([1, 2, 3], var.nat_gateways)
    error_message = "nat_gateways is 1, 2 or 3."
  }
}

variable "kafka_instance_type" {
  description = "Machine of a broker."
  type        = string
  default     = "kafka.m7g.large"

  validation {
    condition     = can(regex("^kafka\\.m[57]g?\\.[0-9]*x?large$", var.kafka_instance_type))
    error_message = "kafka_instance_type is one that MSK has for KRaft mode, such as kafka.m7g.large."
  }
}

variable "database_instance_class" {
  description = "Machine of the database."
  type        = string
  default     = "db.t4g.medium"

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.database_instance_class))
    error_message = "database_instance_class is one of RDS's, such as db.t4g.medium."
  }
}

variable "database_backup_days" {
  description = "Days to any moment of which the database can be brought back."
  type        = number
  default     = 14

  validation {
    condition     = var.database_backup_days >= 1 && var.database_backup_days <= 35 && floor(var.database_backup_days) == var.database_backup_days
    error_message = "database_backup_days is a whole number from 1 to 35."
  }
}

variable "gateways_min" {
  description = "Least number of gateways."
  type        = number
  default     = 2

  validation {
    condition     = var.gateways_min >= 2 && floor(var.gateways_min) == var.gateways_min
    error_message = "gateways_min is a whole number of at least 2, so that one may go."
  }
}

variable "gateways_max" {
  description = "Most gateways: beyond gateways_max × streams_per_gateway_max open streams, readers poll."
  type        = number
  default     = 20

  validation {
    condition     = var.gateways_max >= var.gateways_min && var.gateways_max <= 500
    error_message = "gateways_max is from gateways_min to 500."
  }
}

variable "gateway_cpu" {
  description = "CPU of a gateway in thousand-and-twenty-fourths of a core; a process uses one core."
  type        = number
  default     = 1024

  validation {
    condition     = contains([256, 512, 1024, 2048], var.gateway_cpu)
    error_message = "gateway_cpu is 256, 512, 1024 or 2048."
  }
}

variable "gateway_memory_mib" {
  description = "Memory of a gateway in MiB."
  type        = number
  default     = 2048

  validation {
    condition     = var.gateway_memory_mib >= 1024 && var.gateway_memory_mib <= 16384
    error_message = "gateway_memory_mib is from 1024 to 16384."
  }
}

variable "streams_per_gateway_max" {
  description = "Open streams of one gateway at most (--live-streams-max); beyond it readers poll."
  type        = number
  default     = 20000

  validation {
    condition     = var.streams_per_gateway_max >= 100 && var.streams_per_gateway_max <= 60000
    error_message = "streams_per_gateway_max is from 100 to 60000: Fargate gives a process 65535 open files."
  }
}

variable "streams_per_gateway_target" {
  description = "Open streams that one gateway is to have: with more, another is started."
  type        = number
  default     = 10000

  validation {
    condition     = var.streams_per_gateway_target >= 100 && var.streams_per_gateway_target <= var.streams_per_gateway_max * 0.8
    error_message = "streams_per_gateway_target is from 100 to four fifths of streams_per_gateway_max: a new gateway needs a minute or two."
  }
}

variable "gateway_drain_s" {
  description = "Seconds over which a stopping gateway sends its readers away (--drain-s)."
  type        = number
  default     = 20

  validation {
    condition     = var.gateway_drain_s >= 1 && var.gateway_drain_s <= 110
    error_message = "gateway_drain_s is from 1 to 110: Fargate kills after 120."
  }
}

variable "requests_per_address_and_minute_max" {
  description = "Requests of one address in a minute, beyond which it is answered 429."
  type        = number
  default     = 6000

  validation {
    condition     = var.requests_per_address_and_minute_max >= 100 && var.requests_per_address_and_minute_max <= 2000000
    error_message = "requests_per_address_and_minute_max is from 100 to 2000000."
  }
}

variable "price_class" {
  description = "Where CloudFront answers from: PriceClass_All (everywhere), PriceClass_200 or PriceClass_100 (the cheapest places)."
  type        = string
  default     = "PriceClass_All"

  validation {
    condition     = contains(["PriceClass_All", "PriceClass_200", "PriceClass_100"], var.price_class)
    error_message = "price_class is PriceClass_All, PriceClass_200 or PriceClass_100."
  }
}

variable "log_level" {
  description = "Level of all roles when they start."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["trace", "debug", "info", "warn", "error", "fatal", "silent"], var.log_level)
    error_message = "log_level is one of trace, debug, info, warn, error, fatal, silent."
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

variable "secrets_version" {
  description = "Raise it by one, and all passwords (Kafka's users, the database, Grafana) are made anew."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "secrets_version is a whole number of at least 1."
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
