# The way in: CloudFront with TLS and WAF ── private link ──▶ load balancer inside the network, TLS ──▶ gateways.
# The load balancer has no public address: CloudFront reaches it through a VPC origin, and nobody else can.

locals {
  # us-east-1 is where CloudFront takes its certificate and its firewall from.
  edge_region = "us-east-1"
}

# One record proves the domain for both certificates.
resource "aws_acm_certificate" "balancer" {
  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate" "edge" {
  region            = local.edge_region
  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  proof = one([for option in aws_acm_certificate.balancer.domain_validation_options : option if option.domain_name == var.domain])
}

resource "aws_route53_record" "proof" {
  zone_id         = var.zone_id
  name            = local.proof.resource_record_name
  type            = local.proof.resource_record_type
  records         = [local.proof.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "balancer" {
  certificate_arn         = aws_acm_certificate.balancer.arn
  validation_record_fqdns = [aws_route53_record.proof.fqdn]
}

resource "aws_acm_certificate_validation" "edge" {
  region                  = local.edge_region
  certificate_arn         = aws_acm_certificate.edge.arn
  validation_record_fqdns = [aws_route53_record.proof.fqdn]
}

# ── load balancer ──

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "Load balancer in front of the gateways"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-balancer" }
}

# CloudFront's interfaces stand in the private subnets.
resource "aws_vpc_security_group_ingress_rule" "edge" {
  security_group_id = aws_security_group.balancer.id
  description       = "TLS from CloudFront, through its interfaces inside the network"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = var.vpc_cidr
}

resource "aws_vpc_security_group_egress_rule" "gateways" {
  security_group_id            = aws_security_group.balancer.id
  description                  = "To the gateways"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = var.gateway_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "gateways" {
  security_group_id            = var.gateway_security_group_id
  description                  = "From the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.balancer.id
}

resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "application"
  internal           = true
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.balancer.id]

  # See the table in docs/operations/production.md.
  idle_timeout      = var.timeouts.balancer_idle_s
  client_keep_alive = var.timeouts.balancer_client_keep_alive_s

  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_deletion_protection = true
  # A gateway counts streams by address: the one that CloudFront saw has to stay in X-Forwarded-For.
  xff_header_processing_mode = "append"
}

resource "aws_lb_target_group" "gateways" {
  name        = "${var.name}-gateways"
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = 8080

  # A stream is a request that has not ended: a new one goes where there are fewest.
  load_balancing_algorithm_type = "least_outstanding_requests"
  deregistration_delay          = var.timeouts.deregistration_delay_s

  health_check {
    path                = "/readyz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  stickiness {
    type    = "lb_cookie"
    enabled = false
  }
}

resource "aws_lb_listener" "tls" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn   = aws_acm_certificate_validation.balancer.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.gateways.arn
  }
}

# ── firewall ── at the edge, where the reader's own address is seen; the load balancer sees CloudFront's alone.

resource "aws_wafv2_web_acl" "this" {
  region      = local.edge_region
  name        = var.name
  description = "In front of ${var.name}"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "known-bad-addresses"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-known-bad-addresses"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "known-bad-inputs"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-known-bad-inputs"
      sampled_requests_enabled   = true
    }
  }

  # A page asks a few times a minute; a school behind one address asks some thousand times.
  rule {
    name     = "too-many-requests"
    priority = 3

    action {
      block {
        custom_response {
          response_code = 429

          response_header {
            name  = "Retry-After"
            value = "60"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        aggregate_key_type    = "IP"
        evaluation_window_sec = 60
        limit                 = var.requests_per_address_and_minute_max
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-too-many-requests"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }
}

# ── CloudFront ──

resource "aws_cloudfront_vpc_origin" "this" {
  vpc_origin_endpoint_config {
    name                   = var.name
    arn                    = aws_lb.this.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

# What the gateway says in Cache-Control is done: a second for what is new, for ever for what never changes.
resource "aws_cloudfront_cache_policy" "told" {
  for_each = {
    as-told = []
    # The front page is written in the reader's language.
    by-language = ["Accept-Language"]
  }

  name        = "${var.name}-${each.key}"
  comment     = "As Cache-Control says"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = length(each.value) > 0 ? "whitelist" : "none"

      dynamic "headers" {
        for_each = length(each.value) > 0 ? [each.value] : []

        content {
          items = headers.value
        }
      }
    }

    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

# Nothing is kept, and nothing held back to be compressed.
resource "aws_cloudfront_cache_policy" "never" {
  name        = "${var.name}-never"
  comment     = "Nothing is kept"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 0

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = false
    enable_accept_encoding_gzip   = false

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

# Of what is kept: the host, for the load balancer's certificate, and what the page's own check of origin needs.
resource "aws_cloudfront_origin_request_policy" "kept" {
  name    = "${var.name}-kept"
  comment = "What the gateway sees of a request whose answer may be kept"

  cookies_config {
    cookie_behavior = "none"
  }

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["Host"]
    }
  }

  query_strings_config {
    query_string_behavior = "all"
  }
}

resource "aws_cloudfront_origin_request_policy" "whole" {
  name    = "${var.name}-whole"
  comment = "The whole request but its cookies: Last-Event-ID, Accept, Accept-Encoding"

  cookies_config {
    cookie_behavior = "none"
  }

  headers_config {
    header_behavior = "allViewer"
  }

  query_strings_config {
    query_string_behavior = "all"
  }
}

locals {
  # In the order in which CloudFront looks; what none of them names is kept as told.
  uncached = ["/live", "/events/*", "/fdsnws/*", "/status"]
}

resource "aws_cloudfront_distribution" "this" {
  enabled         = true
  comment         = var.name
  aliases         = [var.domain]
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.price_class
  web_acl_id      = aws_wafv2_web_acl.this.arn

  origin {
    origin_id           = "gateways"
    domain_name         = aws_lb.this.dns_name
    connection_attempts = 3
    connection_timeout  = var.timeouts.edge_connect_s

    vpc_origin_config {
      vpc_origin_id            = aws_cloudfront_vpc_origin.this.id
      origin_read_timeout      = var.timeouts.edge_read_s
      origin_keepalive_timeout = var.timeouts.edge_keep_alive_s
    }
  }

  default_cache_behavior {
    target_origin_id         = "gateways"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = aws_cloudfront_cache_policy.told["as-told"].id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.kept.id
  }

  ordered_cache_behavior {
    path_pattern             = "/"
    target_origin_id         = "gateways"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = aws_cloudfront_cache_policy.told["by-language"].id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.kept.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.uncached

    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = "gateways"
      viewer_protocol_policy   = "redirect-to-https"
      allowed_methods          = ["GET", "HEAD", "OPTIONS"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = false
      cache_policy_id          = aws_cloudfront_cache_policy.never.id
      origin_request_policy_id = aws_cloudfront_origin_request_policy.whole.id
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.edge.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

  depends_on = [aws_lb_listener.tls]
}

resource "aws_route53_record" "site" {
  for_each = toset(["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.domain
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_cloudwatch_metric_alarm" "unhealthy" {
  alarm_name          = "${var.name}-no-healthy-gateway"
  alarm_description   = "The load balancer has fewer than two gateways that are ready"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  dimensions          = { LoadBalancer = aws_lb.this.arn_suffix, TargetGroup = aws_lb_target_group.gateways.arn_suffix }
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "LessThanThreshold"
  threshold           = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alerts_topic_arn]
  ok_actions          = [var.alerts_topic_arn]
}
