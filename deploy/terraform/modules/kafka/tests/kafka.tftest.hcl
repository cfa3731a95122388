mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name                      = "quakewire-test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2", "subnet-3"]
  client_security_group_ids = { source = "sg-source", gateway = "sg-gateway" }
  key_arn                   = "arn:aws:kms:eu-central-1:123456789012:key/test"
  alerts_topic_arn          = "arn:aws:sns:eu-central-1:123456789012:test"
  users                     = ["source", "gateway"]
  passwords                 = { source = "one", gateway = "two" }
}

run "three_brokers_without_zookeeper" {
  command = plan

  assert {
    condition     = aws_msk_cluster.this.number_of_broker_nodes == 3 && endswith(aws_msk_cluster.this.kafka_version, ".kraft")
    error_message = "Three brokers in KRaft mode."
  }

  assert {
    condition     = length(aws_msk_cluster.this.broker_node_group_info[0].client_subnets) == 3
    error_message = "One broker a zone."
  }
}

run "nothing_is_lost_with_one_broker_and_nothing_made_by_mistake" {
  command = plan

  assert {
    condition = alltrue([
      for line in ["auto.create.topics.enable=false", "default.replication.factor=3", "min.insync.replicas=2", "unclean.leader.election.enable=false"] :
      contains(split("\n", aws_msk_configuration.this.server_properties), line)
    ])
    error_message = "Three copies, two in sync, no unclean leader, no topic that nobody made."
  }
}

run "speaks_tls_with_known_users_alone" {
  command = plan

  assert {
    condition     = aws_msk_cluster.this.encryption_info[0].encryption_in_transit[0].client_broker == "TLS" && aws_msk_cluster.this.encryption_info[0].encryption_in_transit[0].in_cluster
    error_message = "TLS between clients and brokers, and between brokers."
  }

  assert {
    condition     = aws_msk_cluster.this.encryption_info[0].encryption_at_rest_kms_key_arn == var.key_arn
    error_message = "Disks are encrypted with the key that was given."
  }

  assert {
    condition     = !aws_msk_cluster.this.client_authentication[0].unauthenticated && aws_msk_cluster.this.client_authentication[0].sasl[0].scram
    error_message = "Nobody comes in without a password."
  }

  assert {
    condition     = aws_msk_cluster.this.broker_node_group_info[0].connectivity_info[0].public_access[0].type == "DISABLED"
    error_message = "The brokers have no public address."
  }
}

run "each_role_comes_in_by_its_own_group" {
  command = plan

  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_ingress_rule.clients :
      rule.from_port == 9096 && rule.to_port == 9096 && rule.cidr_ipv4 == null && rule.cidr_ipv6 == null
    ])
    error_message = "9096 alone, from security groups alone."
  }

  assert {
    condition     = { for role, rule in aws_vpc_security_group_ingress_rule.clients : role => rule.referenced_security_group_id } == { source = "sg-source", gateway = "sg-gateway" }
    error_message = "Each role's group, and no other."
  }
}

run "passwords_are_in_secrets_that_msk_reads_and_in_no_state" {
  command = plan

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.user : startswith(secret.name, "AmazonMSK_") && secret.kms_key_id == var.key_arn])
    error_message = "MSK reads secrets of this prefix, under a key of the account's own."
  }

  assert {
    condition     = alltrue([for version in aws_secretsmanager_secret_version.user : version.secret_string_wo == null && version.secret_string_wo_version == 1 && !can(regex("one|two", coalesce(version.secret_string, "-")))])
    error_message = "The state has no password."
  }

  assert {
    condition     = length(aws_msk_single_scram_secret_association.user) == 2
    error_message = "MSK knows each user."
  }
}

run "refuses_a_version_with_zookeeper" {
  command = plan

  variables {
    kafka_version = "3.9.x"
  }

  expect_failures = [var.kafka_version]
}

run "refuses_fewer_zones_than_copies" {
  command = plan

  variables {
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  expect_failures = [var.subnet_ids]
}
