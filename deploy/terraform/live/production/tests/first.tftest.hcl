# The first plan of all, when nothing exists and so nothing of it is known: how many there are of each may not depend on that.

mock_provider "aws" {
  source = "../../mocks"
}

provider "aws" {
  alias  = "ephemeral"
  region = "eu-central-1"
}

variables {
  account_id         = "123456789012"
  region             = "eu-central-1"
  domain             = "quakes.example.org"
  zone_id            = "Z0123456789ABC"
  image_tag          = "1.2.3"
  alert_emails       = ["operator@example.org"]
  monthly_budget_usd = 1500
}

run "is_planned_while_nothing_is_known" {
  command = plan
}
