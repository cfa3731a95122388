output "topic_arn" {
  description = "ARN of the topic that alarms write to."
  value       = aws_sns_topic.this.arn
  depends_on  = [aws_sns_topic_policy.this]
}
