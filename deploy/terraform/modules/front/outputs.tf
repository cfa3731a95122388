output "url" {
  description = "The site."
  value       = "https://${var.domain}/"
}

output "target_group_arn" {
  description = "ARN of the target group that gateways join."
  value       = aws_lb_target_group.gateways.arn

  # ECS refuses a target group that no listener leads to.
  depends_on = [aws_lb_listener.tls]
}

output "distribution_id" {
  description = "Id of the CloudFront distribution."
  value       = aws_cloudfront_distribution.this.id
}

output "balancer_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "balancer_security_group_id" {
  description = "Security group of the load balancer."
  value       = aws_security_group.balancer.id
}

output "certificate_arn" {
  description = "ARN of the domain's certificate in this region."
  value       = aws_acm_certificate_validation.balancer.certificate_arn
}
