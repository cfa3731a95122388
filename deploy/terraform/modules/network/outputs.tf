output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "Addresses of the network."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, one a zone."
  value       = aws_subnet.public[*].id
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, one a zone."
  value       = aws_subnet.private[*].id

  # A task that starts before its way out is there cannot fetch its image.
  depends_on = [aws_route.private, aws_route_table_association.private, aws_vpc_endpoint.interface, aws_vpc_endpoint.s3]
}

output "isolated_subnet_ids" {
  description = "Ids of the isolated subnets, one a zone."
  value       = aws_subnet.isolated[*].id
}
