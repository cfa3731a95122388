# One machine that runs everything by Docker Compose: arm64, Amazon Linux 2023, its data on a volume of its own. Nobody logs in over the
# network: SSM opens a shell, or a port, for who has the rights. The world reaches 443, and 80, which sends it to 443.

data "aws_region" "this" {}
data "aws_partition" "this" {}

data "aws_availability_zones" "this" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

locals {
  region           = data.aws_region.this.region
  zone             = data.aws_availability_zones.this.names[0]
  metric_namespace = "Quakewire/${var.name}"
  world            = { ipv4 = "0.0.0.0/0", ipv6 = "::/0" }
}

# ── network ──

resource "aws_vpc" "this" {
  cidr_block                       = "10.30.0.0/24"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true

  tags = { Name = var.name }
}

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_subnet" "this" {
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zone
  cidr_block              = aws_vpc.this.cidr_block
  ipv6_cidr_block         = cidrsubnet(aws_vpc.this.ipv6_cidr_block, 8, 0)
  map_public_ip_on_launch = false

  tags = { Name = var.name }
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id

  route {
    cidr_block = local.world.ipv4
    gateway_id = aws_internet_gateway.this.id
  }

  route {
    ipv6_cidr_block = local.world.ipv6
    gateway_id      = aws_internet_gateway.this.id
  }

  tags = { Name = var.name }
}

resource "aws_route_table_association" "this" {
  route_table_id = aws_route_table.this.id
  subnet_id      = aws_subnet.this.id
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "The machine of ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_vpc_security_group_ingress_rule" "web_ipv4" {
  for_each = { https = 443, http = 80 }

  security_group_id = aws_security_group.this.id
  description       = each.key == "https" ? "The site" : "Sent on to 443"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = local.world.ipv4
}

resource "aws_vpc_security_group_ingress_rule" "web_ipv6" {
  for_each = { https = 443, http = 80 }

  security_group_id = aws_security_group.this.id
  description       = each.key == "https" ? "The site" : "Sent on to 443"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv6         = local.world.ipv6
}

# HTTP/3 is the same port on UDP.
resource "aws_vpc_security_group_ingress_rule" "http3" {
  for_each = local.world

  security_group_id = aws_security_group.this.id
  description       = "The site, HTTP/3"
  ip_protocol       = "udp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.key == "ipv4" ? each.value : null
  cidr_ipv6         = each.key == "ipv6" ? each.value : null
}

resource "aws_vpc_security_group_ingress_rule" "grafana" {
  for_each = var.grafana_allowed_cidrs

  security_group_id = aws_security_group.this.id
  description       = "Grafana"
  ip_protocol       = "tcp"
  from_port         = 3000
  to_port           = 3000
  cidr_ipv4         = each.value
}

# The agency, AWS, the registries of images, the authority of certificates.
resource "aws_vpc_security_group_egress_rule" "ipv4" {
  security_group_id = aws_security_group.this.id
  description       = "Out"
  ip_protocol       = "-1"
  cidr_ipv4         = local.world.ipv4
}

resource "aws_vpc_security_group_egress_rule" "ipv6" {
  security_group_id = aws_security_group.this.id
  description       = "Out"
  ip_protocol       = "-1"
  cidr_ipv6         = local.world.ipv6
}

# ── what the machine may do ──

resource "aws_iam_role" "this" {
  name                 = "${var.name}-host"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ec2.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "this" {
  name = "run"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "AskForAToken"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Sid      = "PullThisImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = var.repository_arn
      },
      {
        Sid      = "ReadItsFiles"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${module.files.arn}/*"
      },
      {
        Sid      = "ListItsFiles"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = module.files.arn
      },
      {
        Sid       = "OpenItsFiles"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.key_arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
      {
        Sid       = "SayHowItIs"
        Effect    = "Allow"
        Action    = "cloudwatch:PutMetricData"
        Resource  = "*"
        Condition = { StringEquals = { "cloudwatch:namespace" = local.metric_namespace } }
      },
    ]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-host"
  role = aws_iam_role.this.name
}

# ── what it runs ──

module "files" {
  source = "../bucket"

  name    = "${var.name}-files-${var.account_id}"
  key_arn = var.key_arn
  # All in it is the repository's.
  force_destroy = true
}

resource "aws_s3_object" "file" {
  for_each = var.files

  bucket  = module.files.name
  key     = each.key
  content = each.value
}

# ── machine and data ──

resource "aws_instance" "this" {
  ami                         = data.aws_ssm_parameter.image.insecure_value
  instance_type               = var.instance_type
  subnet_id                   = aws_subnet.this.id
  vpc_security_group_ids      = [aws_security_group.this.id]
  iam_instance_profile        = aws_iam_instance_profile.this.name
  associate_public_ip_address = false
  ipv6_address_count          = 1
  monitoring                  = false
  ebs_optimized               = true
  # A new first boot is a new machine: never by the way.
  user_data_replace_on_change = false

  user_data = templatefile("${path.module}/files/first-boot.sh.tftpl", {
    volume           = replace(aws_ebs_volume.data.id, "-", "")
    bucket           = module.files.name
    region           = local.region
    docker_cli_image = var.docker_cli_image
    metric_namespace = local.metric_namespace
  })

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
    # One hop: a container does not get the machine's rights.
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "disabled"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 12
    encrypted   = true
    kms_key_id  = var.key_arn
  }

  credit_specification {
    # Slower when its credits are gone, rather than dearer.
    cpu_credits = "standard"
  }

  tags = { Name = var.name }

  lifecycle {
    # A newer system image makes a new machine when that is asked for: terraform apply -replace=module.host.aws_instance.this
    ignore_changes = [ami, user_data]
  }

  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.ssm, aws_route_table_association.this, aws_s3_object.file]
}

resource "aws_eip" "this" {
  domain = "vpc"

  tags = { Name = var.name }
}

resource "aws_eip_association" "this" {
  allocation_id = aws_eip.this.id
  instance_id   = aws_instance.this.id
}

resource "aws_ebs_volume" "data" {
  availability_zone = local.zone
  type              = "gp3"
  size              = var.data_gib
  encrypted         = true
  kms_key_id        = var.key_arn

  tags = { Name = "${var.name}-data", Snapshots = var.name }

  lifecycle {
    # Who means it takes the volume out of the state first (deploy/terraform/README.md, "Away with it").
    prevent_destroy = true
  }
}

resource "aws_volume_attachment" "data" {
  device_name                    = "/dev/sdf"
  volume_id                      = aws_ebs_volume.data.id
  instance_id                    = aws_instance.this.id
  stop_instance_before_detaching = true
}

# ── what SSM does there ──

# Runs again whenever a file has changed.
resource "aws_ssm_association" "deploy" {
  association_name = "${var.name}-deploy"
  name             = "AWS-RunShellScript"

  targets {
    key    = "InstanceIds"
    values = [aws_instance.this.id]
  }

  parameters = {
    commands = join("\n", [
      "cloud-init status --wait",
      "# files ${sha256(jsonencode(var.files))}",
      "/usr/local/bin/quakewire-deploy",
    ])
  }

  depends_on = [aws_s3_object.file, aws_volume_attachment.data]
}

# Security updates, once a week.
resource "aws_ssm_association" "patch" {
  association_name            = "${var.name}-patch"
  name                        = "AWS-RunPatchBaseline"
  schedule_expression         = "cron(0 3 ? * SUN *)"
  apply_only_at_cron_interval = true

  targets {
    key    = "InstanceIds"
    values = [aws_instance.this.id]
  }

  parameters = {
    Operation    = "Install"
    RebootOption = "RebootIfNeeded"
  }
}

# ── snapshots ──

resource "aws_iam_role" "snapshots" {
  name                 = "${var.name}-snapshots"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "dlm.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "snapshots" {
  role       = aws_iam_role.snapshots.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole"
}

resource "aws_dlm_lifecycle_policy" "data" {
  description        = "Daily snapshots of the data of ${var.name}"
  execution_role_arn = aws_iam_role.snapshots.arn
  state              = "ENABLED"

  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Snapshots = var.name }

    schedule {
      name      = "daily"
      copy_tags = true

      create_rule {
        interval      = 24
        interval_unit = "HOURS"
        times         = ["02:30"]
      }

      retain_rule {
        count = var.snapshots
      }

      tags_to_add = { Name = "${var.name}-data" }
    }
  }
}

# ── alarms ──

resource "aws_cloudwatch_metric_alarm" "status" {
  for_each = {
    system   = { metric = "StatusCheckFailed_System", action = "recover", periods = 2, what = "AWS's part of the machine does not answer: it is moved to another" }
    instance = { metric = "StatusCheckFailed_Instance", action = "reboot", periods = 3, what = "The machine does not answer: it is started anew" }
  }

  alarm_name        = "${var.name}-status-${each.key}"
  alarm_description = each.value.what
  namespace         = "AWS/EC2"
  metric_name       = each.value.metric
  dimensions        = { InstanceId = aws_instance.this.id }
  statistic         = "Maximum"
  period            = 60
  # Not the same for both: a recovery and a restart at one moment are a race.
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  # No figures are told, and not acted on: a new machine has none in its first minutes, and a first boot that a restart cuts short
  # is not run again.
  treat_missing_data        = "missing"
  alarm_actions             = ["arn:${data.aws_partition.this.partition}:automate:${local.region}:ec2:${each.value.action}", var.alerts_topic_arn]
  insufficient_data_actions = [var.alerts_topic_arn]
  ok_actions                = [var.alerts_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "disk" {
  for_each = { root = "/", data = "/data" }

  alarm_name          = "${var.name}-disk-${each.key}"
  alarm_description   = "${each.value} is more than four fifths full"
  namespace           = local.metric_namespace
  metric_name         = "disk_used_percent"
  dimensions          = { InstanceId = aws_instance.this.id, path = each.value }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  # Nobody says how full it is: that is not good either.
  treat_missing_data = "breaching"
  alarm_actions      = [var.alerts_topic_arn]
  ok_actions         = [var.alerts_topic_arn]
}
