#!/bin/bash
# Run by quakewire-deploy as root, in /opt/quakewire: at each start of the machine, and whenever Terraform has changed a file here.
set -euo pipefail
cd /opt/quakewire
set -a
. ./.env
set +a

# Grafana's password is made here, once, and is nowhere else. The folder is root's; the file alone is shown to Grafana's container.
install -d -m 700 /data/secrets
if [ ! -s /data/secrets/grafana_admin_password ]; then
  head -c 24 /dev/urandom | base64 | tr -d '+/=\n' > /data/secrets/grafana_admin_password
  chmod 444 /data/secrets/grafana_admin_password
fi

aws ecr get-login-password --region "$AWS_REGION" |
  docker login --username AWS --password-stdin "$QUAKEWIRE_REGISTRY"
docker compose pull --quiet
docker compose up --detach --remove-orphans --wait --wait-timeout 300
docker image prune --force --filter until=168h
