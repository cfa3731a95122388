variable "name" {
  description = "Name of the deployment."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "account_id" {
  description = "Number of the AWS account, to name the bucket of files by."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
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

variable "snapshots" {
  description = "How many daily snapshots are kept."
  type        = number
  default     = 14

  validation {
    condition     = var.snapshots >= 1 && var.snapshots <= 1000 && floor(var.snapshots) == var.snapshots
    error_message = "snapshots is a whole number from 1 to 1000."
  }
}

variable "files" {
  description = "What the machine runs: text by path under /opt/quakewire. up.sh among them is run after each change, and at each start."
  type        = map(string)

  validation {
    condition     = contains(keys(var.files), "up.sh")
    error_message = "files has up.sh."
  }
}

variable "grafana_allowed_cidrs" {
  description = "IPv4 blocks that may reach Grafana on port 3000, which speaks no TLS; none: by SSM port forwarding alone."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.grafana_allowed_cidrs : can(cidrhost(cidr, 0)) && try(tonumber(split("/", cidr)[1]) >= 24, false)])
    error_message = "Each of grafana_allowed_cidrs is an IPv4 block of at least 24 bits, such as 203.0.113.7/32."
  }
}

variable "docker_cli_image" {
  description = "Image that Docker Compose is taken from."
  type        = string
  default     = "docker.io/library/docker:29-cli"
}

variable "repository_arn" {
  description = "ARN of the registry's repository that the image is pulled from."
  type        = string
}

variable "key_arn" {
  description = "ARN of the KMS key of disks and files."
  type        = string
}

variable "alerts_topic_arn" {
  description = "ARN of the topic that alarms write to."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here; null: none."
  type        = string
  default     = null
}
