variable "name" {
  description = "Name of the deployment."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "role" {
  description = "Quakewire's role: what stands behind `quakewire` on the command line."
  type        = string

  validation {
    condition     = contains(["topics", "source", "associate", "store", "gateway"], var.role)
    error_message = "role is one of topics, source, associate, store, gateway."
  }
}

variable "runs_always" {
  description = "false for a role that ends by itself: it gets a task definition and no service."
  type        = bool
  default     = true
}

variable "image" {
  description = "Image with its tag or digest."
  type        = string

  validation {
    condition     = can(regex("(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "image names a tag other than latest, or a digest: what runs has to be known."
  }
}

variable "repository_arn" {
  description = "ARN of the registry's repository that the image is pulled from."
  type        = string
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string
}

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the subnets that tasks run in: private ones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids names subnets in at least two zones."
  }
}

variable "security_group_id" {
  description = "Id of the role's security group."
  type        = string
}

variable "cpu" {
  description = "CPU of a task in thousand-and-twenty-fourths of a core, as Fargate has them."
  type        = number
  default     = 256

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu is one of 256, 512, 1024, 2048, 4096, 8192, 16384."
  }
}

variable "memory_mib" {
  description = "Memory of a task in MiB; Fargate has 2 to 8 GiB for each core, and 0.5 to 2 for a quarter of one."
  type        = number
  default     = 1024

  validation {
    condition     = var.memory_mib >= 512 && var.memory_mib <= 122880 && var.memory_mib >= var.cpu * 2 && var.memory_mib <= var.cpu * 8
    error_message = "memory_mib is from 2 to 8 times cpu, as Fargate has it."
  }
}

variable "tasks" {
  description = "How many tasks run, where scaling is null."
  type        = number
  default     = 1

  validation {
    condition     = var.tasks >= 0 && var.tasks <= 50 && floor(var.tasks) == var.tasks
    error_message = "tasks is a whole number from 0 to 50."
  }
}

variable "scaling" {
  description = "For gateways: least and most tasks, and the open streams that one task is to have. null: no scaling."
  type = object({
    tasks_min        = number
    tasks_max        = number
    streams_per_task = number
  })
  default = null

  validation {
    condition     = var.scaling == null ? true : var.scaling.tasks_min >= 2 && var.scaling.tasks_max >= var.scaling.tasks_min
    error_message = "scaling has at least two tasks, so that one may go, and no more least than most."
  }

  validation {
    condition     = var.scaling == null ? true : var.scaling.streams_per_task >= 100 && var.scaling.streams_per_task <= 60000
    error_message = "streams_per_task is from 100 to 60000: Fargate gives a process 65535 open files."
  }
}

variable "target_group_arn" {
  description = "ARN of the load balancer's target group, for gateways; nobody connects to another role."
  type        = string
  default     = null
}

variable "environment" {
  description = "Settings by name, as `quakewire --help` has them."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^QUAKEWIRE_[A-Z_]+$", name))])
    error_message = "Each setting begins with QUAKEWIRE_."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), ["QUAKEWIRE_KAFKA_PASSWORD", "QUAKEWIRE_POSTGRES_URL", "QUAKEWIRE_ADMIN_HOST"])) == 0
    error_message = "Passwords belong into secrets; the admin port stays on loopback."
  }
}

variable "secrets" {
  description = "Settings that are secret: ARN of a secret, with :key:: behind it for one value of its JSON, by the setting's name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^QUAKEWIRE_[A-Z_]+$", name))])
    error_message = "Each setting begins with QUAKEWIRE_."
  }
}

variable "secrets_version" {
  description = "Number of the passwords; when it changes, new tasks are started, which read the new ones."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "secrets_version is a whole number of at least 1."
  }
}

variable "needs_database" {
  description = "true: the role speaks with PostgreSQL, and is given the authorities of RDS."
  type        = bool
  default     = false
}

variable "stop_timeout_s" {
  description = "Seconds between SIGTERM and SIGKILL; for a gateway more than --drain-notice-s + --drain-s + 5."
  type        = number
  default     = 30

  validation {
    condition     = var.stop_timeout_s >= 2 && var.stop_timeout_s <= 120
    error_message = "stop_timeout_s is from 2 to 120, Fargate's most."
  }
}

variable "loki_host" {
  description = "Name of Loki inside the network; it listens on 3100."
  type        = string
}

variable "prometheus_write_url" {
  description = "Address that takes metrics (remote write)."
  type        = string
}

variable "prometheus_arn" {
  description = "ARN of the Prometheus workspace."
  type        = string
}

variable "log_router_image" {
  description = "Image of Fluent Bit."
  type        = string
  default     = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.17"
}

variable "metrics_image" {
  description = "Image of the OpenTelemetry collector."
  type        = string
  default     = "public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0"
}

variable "key_arn" {
  description = "ARN of the KMS key of secrets and logs."
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
