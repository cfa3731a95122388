#!/bin/bash
# Run by quakewire-deploy as root, in /opt/quakewire: at each start of the machine, and whenever Terraform has changed a file here.
set -euo pipefail
cd /opt/quakewire
set -a
. ./.env
set +a

# Grafana's password is made here, once, on the data's volume, and is nowhere else.
install -d -m 700 /data/secrets
ln -sfn /data/secrets deploy/compose/secrets
sh deploy/compose/make-secrets.sh
# Caddy is nobody in particular.
install -d -m 700 -o 65532 -g 65532 /data/caddy /data/caddy/data /data/caddy/config

aws ecr get-login-password --region "$AWS_REGION" |
  docker login --username AWS --password-stdin "$QUAKEWIRE_REGISTRY"
docker compose pull --quiet
up() { docker compose up --no-build --detach --remove-orphans --wait --wait-timeout 300; }
up
# Compose makes a container anew when its image or its definition is another, not when a file that is mounted into it is. Grafana
# looks at its dashboards by itself.
mounted=$(find . -mindepth 2 -type f ! -path './deploy/compose/*' ! -path './deploy/grafana/dashboards/*' -print0 |
  sort -z | xargs -0 sha256sum | sha256sum)
if [ "$mounted" != "$(cat /data/mounted.sha256 2> /dev/null)" ]; then
  docker compose config --services | grep -vx -e quakewire -e caddy | xargs docker compose restart
  up
  printf '%s\n' "$mounted" > /data/mounted.sha256
fi
# A backup each night.
install -m 644 quakewire-backup.service deploy/systemd/quakewire-backup.timer /etc/systemd/system/
systemctl daemon-reload
systemctl enable --quiet --now quakewire-backup.timer
docker image prune --force --filter until=168h
