mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name                      = "quakewire-test"
  domain                    = "quakes.example.org"
  zone_id                   = "Z0123456789ABC"
  vpc_id                    = "vpc-1"
  vpc_cidr                  = "10.20.0.0/16"
  subnet_ids                = ["subnet-1", "subnet-2", "subnet-3"]
  gateway_security_group_id = "sg-gateway"
  alerts_topic_arn          = "arn:aws:sns:eu-central-1:123456789012:test"
}

run "the_load_balancer_has_no_public_address" {
  command = plan

  assert {
    condition     = aws_lb.this.internal && aws_vpc_security_group_ingress_rule.edge.cidr_ipv4 == "10.20.0.0/16" && aws_vpc_security_group_ingress_rule.edge.from_port == 443 && aws_vpc_security_group_ingress_rule.edge.to_port == 443
    error_message = "It takes TLS from inside the network, where CloudFront's interfaces are."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.this.origin) == 1 && alltrue([for it in aws_cloudfront_distribution.this.origin : it.vpc_origin_config[0].vpc_origin_id == aws_cloudfront_vpc_origin.this.id])
    error_message = "CloudFront comes by the private link."
  }

  assert {
    condition     = aws_cloudfront_vpc_origin.this.vpc_origin_endpoint_config[0].origin_protocol_policy == "https-only"
    error_message = "And speaks TLS on it."
  }
}

run "tls_is_of_this_decade" {
  command = plan

  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && strcontains(aws_lb_listener.tls.ssl_policy, "TLS13")
    error_message = "TLS 1.2 at least, 1.3 where it is spoken."
  }

  assert {
    condition     = alltrue([for it in concat(aws_cloudfront_distribution.this.default_cache_behavior, aws_cloudfront_distribution.this.ordered_cache_behavior) : it.viewer_protocol_policy == "redirect-to-https"])
    error_message = "Port 80 leads to 443 and nowhere else."
  }

  assert {
    condition     = aws_acm_certificate.edge.region == "us-east-1" && aws_acm_certificate.balancer.domain_name == var.domain
    error_message = "CloudFront takes its certificate from us-east-1."
  }
}

run "a_stream_outlives_every_limit" {
  command = plan

  assert {
    condition     = alltrue([for it in aws_cloudfront_distribution.this.origin : it.vpc_origin_config[0].origin_read_timeout == 60 && it.vpc_origin_config[0].origin_keepalive_timeout == 45]) && aws_lb.this.idle_timeout == 55
    error_message = "Each hop is patient for three heartbeats and more; who asks closes idle connections first."
  }

  assert {
    condition     = aws_lb_target_group.gateways.load_balancing_algorithm_type == "least_outstanding_requests" && !aws_lb_target_group.gateways.stickiness[0].enabled
    error_message = "A new stream goes where there are fewest; a reader belongs to no gateway."
  }

  assert {
    condition     = aws_lb_target_group.gateways.health_check[0].path == "/readyz" && aws_lb_target_group.gateways.deregistration_delay == "30"
    error_message = "Who is not ready gets nobody."
  }
}

run "streams_are_not_kept_and_the_poll_is" {
  command = plan

  assert {
    condition     = [for it in aws_cloudfront_distribution.this.ordered_cache_behavior : it.path_pattern if it.cache_policy_id == aws_cloudfront_cache_policy.never.id && !it.compress] == ["/live", "/events/*", "/fdsnws/*", "/status"]
    error_message = "A stream is neither kept nor compressed."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.never.max_ttl == 0 && aws_cloudfront_distribution.this.default_cache_behavior[0].cache_policy_id == aws_cloudfront_cache_policy.told["as-told"].id && aws_cloudfront_cache_policy.told["as-told"].min_ttl == 0 && aws_cloudfront_cache_policy.told["as-told"].default_ttl == 0
    error_message = "The rest (/live/recent.json, /catalogue, the page's files) is kept as Cache-Control says, and not at all where it says nothing."
  }

  assert {
    condition     = [for it in aws_cloudfront_distribution.this.ordered_cache_behavior : it.path_pattern if it.cache_policy_id == aws_cloudfront_cache_policy.told["by-language"].id] == ["/"] && aws_cloudfront_cache_policy.told["by-language"].parameters_in_cache_key_and_forwarded_to_origin[0].headers_config[0].headers[0].items == toset(["Accept-Language"])
    error_message = "The front page is kept for each language apart."
  }

  assert {
    condition     = alltrue([for it in aws_cloudfront_distribution.this.ordered_cache_behavior : it.path_pattern != "/live*"])
    error_message = "/live/recent.json is not taken for a stream."
  }
}

run "the_firewall_stands_where_the_readers_address_is_seen" {
  command = plan

  assert {
    condition     = aws_wafv2_web_acl.this.scope == "CLOUDFRONT" && aws_wafv2_web_acl.this.region == "us-east-1" && aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.this.arn
    error_message = "At CloudFront."
  }

  assert {
    condition     = flatten([for rule in aws_wafv2_web_acl.this.rule : [for it in rule.statement[0].rate_based_statement : "${it.limit}/${it.evaluation_window_sec} ${it.aggregate_key_type}"]]) == ["6000/60 IP"]
    error_message = "An address has 6000 requests a minute."
  }
}

run "refuses_a_limit_that_cuts_streams" {
  command = plan

  variables {
    timeouts = { edge_read_s = 30 }
  }

  expect_failures = [var.timeouts]
}

run "refuses_a_balancer_that_keeps_connections_longer_than_the_gateway" {
  command = plan

  variables {
    timeouts = { balancer_idle_s = 120 }
  }

  expect_failures = [var.timeouts]
}
