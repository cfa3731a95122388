variable "name" {
  description = "Name of the repository."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,63}$", var.name))
    error_message = "name is 2 to 64 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "key_arn" {
  description = "ARN of the KMS key that encrypts the images."
  type        = string
}

variable "images_max" {
  description = "How many images are kept; older ones go."
  type        = number
  default     = 30

  validation {
    condition     = var.images_max >= 2 && var.images_max <= 1000 && floor(var.images_max) == var.images_max
    error_message = "images_max is a whole number from 2 (this version and the one before) to 1000."
  }
}

variable "force_delete" {
  description = "Whether the repository may be destroyed with its images. Applied first, destroyed then."
  type        = bool
  default     = false
}
