mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name    = "quakewire-test"
  key_arn = "arn:aws:kms:eu-central-1:123456789012:key/test"
}

run "a_tag_is_written_once_and_scanned" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag is written once."
  }

  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Each image is looked through when it comes."
  }

  assert {
    condition     = aws_ecr_repository.this.encryption_configuration[0].encryption_type == "KMS" && aws_ecr_repository.this.encryption_configuration[0].kms_key == var.key_arn
    error_message = "Images are encrypted with the key that was given."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[1].selection.countNumber == 30
    error_message = "Thirty images are kept."
  }

  assert {
    condition     = !aws_ecr_repository.this.force_delete
    error_message = "A repository with images is not destroyed."
  }
}

run "images_go_with_it_only_when_told" {
  command = plan

  variables {
    force_delete = true
  }

  assert {
    condition     = aws_ecr_repository.this.force_delete
    error_message = "With force_delete its images go with it."
  }
}

run "keeps_at_least_the_version_before" {
  command = plan

  variables {
    images_max = 1
  }

  expect_failures = [var.images_max]
}
