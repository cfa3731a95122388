output "address" {
  description = "IPv4 address of the machine: what the domain has to name."
  value       = aws_eip.this.public_ip
}

output "ipv6_address" {
  description = "IPv6 address of the machine."
  value       = one(aws_instance.this.ipv6_addresses)
}

output "instance_id" {
  description = "Id of the machine, for SSM."
  value       = aws_instance.this.id
}
