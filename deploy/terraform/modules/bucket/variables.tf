variable "name" {
  description = "Name of the bucket; the world has each name once, so put the account's number or a domain into it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket's name is 3 to 63 of a-z, 0-9 and -, and begins and ends with a letter or digit."
  }
}

variable "key_arn" {
  description = "ARN of the KMS key that encrypts the objects."
  type        = string
}

variable "noncurrent_days" {
  description = "Days for which a replaced or deleted version of an object is kept."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 3650 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "noncurrent_days is a whole number from 1 to 3650."
  }
}

variable "expire_days" {
  description = "Days after which an object is deleted; null: never."
  type        = number
  default     = null

  validation {
    condition     = var.expire_days == null ? true : var.expire_days >= 1 && floor(var.expire_days) == var.expire_days
    error_message = "expire_days is null or a whole number of at least 1."
  }
}

variable "force_destroy" {
  description = "Whether the bucket may be destroyed with what is in it. Applied first, destroyed then."
  type        = bool
  default     = false
}
