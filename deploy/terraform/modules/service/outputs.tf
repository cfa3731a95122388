output "task_definition_arn" {
  description = "ARN of the task definition with its revision."
  value       = aws_ecs_task_definition.this.arn
}

output "task_role_arn" {
  description = "ARN of the role that the process itself has."
  value       = aws_iam_role.task.arn
}

output "execution_role_arn" {
  description = "ARN of the role that starts tasks."
  value       = aws_iam_role.execution.arn
}

output "service_name" {
  description = "Name of the service in its cluster; null for a role that ends by itself."
  value       = one(aws_ecs_service.this[*].name)
}
