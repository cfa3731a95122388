mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name    = "quakewire-test"
  key_arn = "arn:aws:kms:eu-central-1:123456789012:key/test"
}

run "has_three_kinds_of_subnet_in_three_zones" {
  command = plan

  assert {
    condition     = length(distinct(aws_subnet.private[*].availability_zone)) == 3 && length(distinct(aws_subnet.isolated[*].availability_zone)) == 3 && length(distinct(aws_subnet.public[*].availability_zone)) == 3
    error_message = "Each kind has a subnet in each of three zones."
  }

  assert {
    condition     = length(distinct(concat(aws_subnet.public[*].cidr_block, aws_subnet.private[*].cidr_block, aws_subnet.isolated[*].cidr_block))) == 9
    error_message = "No two subnets have the same addresses."
  }

  assert {
    condition     = alltrue([for subnet in concat(aws_subnet.public, aws_subnet.private, aws_subnet.isolated) : !coalesce(subnet.map_public_ip_on_launch, false)])
    error_message = "Nothing gets a public address by itself."
  }
}

run "isolated_subnets_have_no_way_out" {
  command = plan

  assert {
    condition     = length(aws_route.private) == 3 && aws_route.public.route_table_id != aws_route_table.isolated.id && !contains(aws_route.private[*].route_table_id, aws_route_table.isolated.id)
    error_message = "No route is in the isolated subnets' table."
  }

  assert {
    condition     = !contains(aws_vpc_endpoint.s3.route_table_ids, aws_route_table.isolated.id)
    error_message = "Nor is a way to S3."
  }
}

run "each_zone_has_its_own_way_out" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(distinct(aws_route.private[*].nat_gateway_id)) == 3
    error_message = "By default a zone's failure touches that zone alone."
  }
}

run "one_nat_gateway_serves_all_zones_when_asked" {
  command = plan

  variables {
    nat_gateways = 1
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(distinct(aws_route.private[*].nat_gateway_id)) == 1
    error_message = "One NAT gateway is enough for all three."
  }
}

run "aws_is_reached_inside_the_network" {
  command = plan

  assert {
    condition     = length(setsubtract(["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssm"], keys(aws_vpc_endpoint.interface))) == 0
    error_message = "The services that a task needs to start have endpoints."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "The usual names lead to the endpoints."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints.cidr_ipv4 == var.cidr && aws_vpc_security_group_ingress_rule.endpoints.from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints.to_port == 443
    error_message = "They take TLS from inside alone."
  }
}

run "the_default_group_lets_nothing_through" {
  command = plan

  assert {
    condition     = length(try(aws_default_security_group.this.ingress, [])) == 0 && length(try(aws_default_security_group.this.egress, [])) == 0
    error_message = "Nobody uses the default security group by mistake."
  }
}

run "refuses_public_addresses" {
  command = plan

  variables {
    cidr = "8.8.0.0/16"
  }

  expect_failures = [var.cidr]
}
