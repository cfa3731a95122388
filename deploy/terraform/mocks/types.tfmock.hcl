# Each type that is used and not in aws.tfmock.hcl: all it computes is made up. Made by scripts/terraform/make-schema.ts.

mock_resource "aws_acm_certificate_validation" {
  defaults = {}
}

mock_resource "aws_appautoscaling_policy" {
  defaults = {}
}

mock_resource "aws_appautoscaling_target" {
  defaults = {}
}

mock_resource "aws_budgets_budget" {
  defaults = {}
}

mock_resource "aws_cloudfront_cache_policy" {
  defaults = {}
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {}
}

mock_resource "aws_cloudfront_origin_request_policy" {
  defaults = {}
}

mock_resource "aws_cloudfront_vpc_origin" {
  defaults = {}
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {}
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = {}
}

mock_resource "aws_db_instance" {
  defaults = {}
}

mock_resource "aws_db_parameter_group" {
  defaults = {}
}

mock_resource "aws_db_subnet_group" {
  defaults = {}
}

mock_resource "aws_default_security_group" {
  defaults = {}
}

mock_resource "aws_dlm_lifecycle_policy" {
  defaults = {}
}

mock_resource "aws_ebs_volume" {
  defaults = {}
}

mock_resource "aws_ecr_lifecycle_policy" {
  defaults = {}
}

mock_resource "aws_ecr_repository" {
  defaults = {}
}

mock_resource "aws_ecs_cluster" {
  defaults = {}
}

mock_resource "aws_ecs_service" {
  defaults = {}
}

mock_resource "aws_ecs_task_definition" {
  defaults = {}
}

mock_resource "aws_eip" {
  defaults = {}
}

mock_resource "aws_eip_association" {
  defaults = {}
}

mock_resource "aws_flow_log" {
  defaults = {}
}

mock_resource "aws_iam_instance_profile" {
  defaults = {}
}

mock_resource "aws_iam_openid_connect_provider" {
  defaults = {}
}

mock_resource "aws_iam_policy" {
  defaults = {}
}

mock_resource "aws_iam_role" {
  defaults = {}
}

mock_resource "aws_iam_role_policy" {
  defaults = {}
}

mock_resource "aws_iam_role_policy_attachment" {
  defaults = {}
}

mock_resource "aws_internet_gateway" {
  defaults = {}
}

mock_resource "aws_kms_alias" {
  defaults = {}
}

mock_resource "aws_kms_key" {
  defaults = {}
}

mock_resource "aws_lb" {
  defaults = {}
}

mock_resource "aws_lb_listener" {
  defaults = {}
}

mock_resource "aws_lb_target_group" {
  defaults = {}
}

mock_resource "aws_msk_cluster" {
  defaults = {}
}

mock_resource "aws_msk_configuration" {
  defaults = {}
}

mock_resource "aws_msk_single_scram_secret_association" {
  defaults = {}
}

mock_resource "aws_nat_gateway" {
  defaults = {}
}

mock_resource "aws_prometheus_alert_manager_definition" {
  defaults = {}
}

mock_resource "aws_prometheus_rule_group_namespace" {
  defaults = {}
}

mock_resource "aws_prometheus_workspace" {
  defaults = {}
}

mock_resource "aws_route" {
  defaults = {}
}

mock_resource "aws_route53_record" {
  defaults = {}
}

mock_resource "aws_route_table" {
  defaults = {}
}

mock_resource "aws_route_table_association" {
  defaults = {}
}

mock_resource "aws_s3_bucket" {
  defaults = {}
}

mock_resource "aws_s3_bucket_lifecycle_configuration" {
  defaults = {}
}

mock_resource "aws_s3_bucket_ownership_controls" {
  defaults = {}
}

mock_resource "aws_s3_bucket_policy" {
  defaults = {}
}

mock_resource "aws_s3_bucket_public_access_block" {
  defaults = {}
}

mock_resource "aws_s3_bucket_server_side_encryption_configuration" {
  defaults = {}
}

mock_resource "aws_s3_bucket_versioning" {
  defaults = {}
}

mock_resource "aws_s3_object" {
  defaults = {}
}

mock_resource "aws_secretsmanager_secret" {
  defaults = {}
}

mock_resource "aws_secretsmanager_secret_policy" {
  defaults = {}
}

mock_resource "aws_secretsmanager_secret_version" {
  defaults = {}
}

mock_resource "aws_security_group" {
  defaults = {}
}

mock_resource "aws_service_discovery_private_dns_namespace" {
  defaults = {}
}

mock_resource "aws_service_discovery_service" {
  defaults = {}
}

mock_resource "aws_sns_topic" {
  defaults = {}
}

mock_resource "aws_sns_topic_policy" {
  defaults = {}
}

mock_resource "aws_sns_topic_subscription" {
  defaults = {}
}

mock_resource "aws_ssm_association" {
  defaults = {}
}

mock_resource "aws_subnet" {
  defaults = {}
}

mock_resource "aws_volume_attachment" {
  defaults = {}
}

mock_resource "aws_vpc_endpoint" {
  defaults = {}
}

mock_resource "aws_vpc_security_group_egress_rule" {
  defaults = {}
}

mock_resource "aws_vpc_security_group_ingress_rule" {
  defaults = {}
}

mock_resource "aws_wafv2_web_acl" {
  defaults = {}
}
