variable "name" {
  description = "Name of the deployment."
  type        = string

  validation {
    # A load balancer's name has 32 letters at most, and -gateways is put behind it.
    condition     = can(regex("^[a-z][a-z0-9-]{2,22}$", var.name))
    error_message = "name is 3 to 23 of a-z, 0-9 and -, and begins with a letter."
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
}

variable "vpc_id" {
  description = "Id of the network."
  type        = string
}

variable "vpc_cidr" {
  description = "Addresses of the network."
  type        = string

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && !endswith(var.vpc_cidr, "/0")
    error_message = "vpc_cidr is the network's own block."
  }
}

variable "subnet_ids" {
  description = "Ids of the private subnets that the load balancer stands in."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids names subnets in at least two zones."
  }
}

variable "gateway_security_group_id" {
  description = "Security group of the gateways."
  type        = string
}

variable "timeouts" {
  description = "Time limits of the hops, in seconds; docs/operations/production.md has the reason of each."
  type = object({
    edge_connect_s               = optional(number, 5)
    edge_read_s                  = optional(number, 60)
    edge_keep_alive_s            = optional(number, 45)
    balancer_idle_s              = optional(number, 55)
    balancer_client_keep_alive_s = optional(number, 3600)
    deregistration_delay_s       = optional(number, 30)
  })
  default = {}

  validation {
    # A gateway's heartbeat comes every 15 s; a stream that is silent for 45 s is dead.
    condition     = var.timeouts.edge_read_s >= 45 && var.timeouts.edge_read_s <= 60 && var.timeouts.balancer_idle_s >= 45
    error_message = "edge_read_s (at most 60, CloudFront's own bound) and balancer_idle_s are at least 45: three heartbeats of a stream."
  }

  validation {
    condition     = var.timeouts.edge_keep_alive_s < var.timeouts.balancer_idle_s && var.timeouts.balancer_idle_s < 60
    error_message = "edge_keep_alive_s < balancer_idle_s < 60, the gateway's own: who asks has to close an idle connection before who answers does."
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

variable "alerts_topic_arn" {
  description = "ARN of the topic that alarms write to."
  type        = string
}
