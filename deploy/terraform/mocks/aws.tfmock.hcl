# What the mocked AWS answers where a configuration goes on with it; all else is made up by Terraform.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_region" {
  defaults = {
    region = "eu-central-1"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_availability_zones" {
  defaults = {
    names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  }
}

mock_data "aws_ssm_parameter" {
  defaults = {
    insecure_value = "ami-0123456789abcdef0"
  }
}

mock_resource "aws_vpc" {
  defaults = {
    id              = "vpc-0123456789abcdef0"
    ipv6_cidr_block = "2001:db8::/56"
  }
}

mock_resource "aws_instance" {
  defaults = {
    ipv6_addresses = ["2001:db8::1"]
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    domain_validation_options = [
      {
        domain_name           = "quakes.example.org"
        resource_record_name  = "_proof.quakes.example.org"
        resource_record_type  = "CNAME"
        resource_record_value = "_proof.acm-validations.aws"
      },
    ]
  }
}
