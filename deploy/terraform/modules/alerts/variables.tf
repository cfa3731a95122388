variable "name" {
  description = "Name of the deployment."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "key_arn" {
  description = "ARN of the KMS key that encrypts what the topic holds."
  type        = string
}

variable "emails" {
  description = "Addresses that are told of alarms and of the budget."
  type        = set(string)

  validation {
    condition     = length(var.emails) > 0 && alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "emails has at least one address, each of the form name@example.org."
  }
}

variable "monthly_budget_usd" {
  description = "What a month may cost, in US dollars: told at 80 % and 100 % of it, and when the forecast goes beyond. It stops nothing."
  type        = number

  validation {
    condition     = var.monthly_budget_usd >= 1
    error_message = "monthly_budget_usd is at least 1."
  }
}
