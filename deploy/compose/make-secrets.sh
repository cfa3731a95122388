#!/bin/sh
# Makes the secrets of the compose files, each a random one, and .env from .env.example. What is there stays as it is:
# to change a secret, remove its file first (docs/operations/local.md says what else then).
#
# The folder is its owner's alone (0700). The files in it are readable (0444), because compose mounts each one as it is into its
# container, where a user who is neither root nor the file's owner has to read it.
set -eu
cd "$(dirname "$0")/../.."
folder=deploy/compose/secrets
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# write FILE TEXT
write() {
  printf '%s\n' "$2" > "$folder/$1"
  chmod 444 "$folder/$1"
  echo "Made $folder/$1"
}

if [ ! -e "$folder/postgres_password" ]; then
  write postgres_password "$(random)"
  rm -f "$folder/postgres_url"
fi
[ -e "$folder/postgres_url" ] ||
  write postgres_url "postgres://quakewire:$(cat "$folder/postgres_password")@postgres:5432/quakewire"
[ -e "$folder/grafana_admin_password" ] || write grafana_admin_password "$(random)"

if [ ! -e .env ]; then
  cp .env.example .env
  echo 'Made .env'
fi
echo "Grafana's user is admin, the password is in $folder/grafana_admin_password"
