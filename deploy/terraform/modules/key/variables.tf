variable "name" {
  description = "Name of the deployment; the key's alias is alias/<name>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 of a-z, 0-9 and -, and begins with a letter."
  }
}
