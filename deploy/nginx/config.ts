// nginx as the cache before HAProxy, as text: what a CDN does for a large site, a machine of one's own does for a small one.
// Everything that says it may be kept is kept as long as it says; streams go through untouched. Pure.
// deploy/nginx/nginx.conf is this module's output for `COMPOSE`: `node deploy/nginx/config.ts`.

export interface NginxInput {
  /** Address and port, or a port alone. */
  readonly listen: string;
  /** `host:port` of HAProxy, or of a single gateway. */
  readonly upstream: string;
  /** Folder for the cache, its temporary files and the process id; writable by the worker. */
  readonly folder: string;
  /** Account of the workers; null: that of whoever starts it. */
  readonly user: string | null;
}

export const COMPOSE: NginxInput = {
  listen: '8000',
  upstream: 'haproxy:8080',
  folder: '/var/cache/nginx',
  user: 'nginx',
};

/** The configuration's text. Throws RangeError for a value that would become another directive. */
export function toNginxConfig({ listen, upstream, folder, user }: NginxInput): string {
  for (const value of [listen, upstream, folder, user ?? 'nginx'])
    if (!/^[\w.:/-]+$/.test(value))
      throw new RangeError(`Cannot configure nginx: "${value}" is no plain word`);
  return `# Quakewire behind nginx as a cache, nginx 1.22 or newer. Made by deploy/nginx/config.ts.
${user === null ? '' : `user ${user};\n`}worker_processes auto;
worker_rlimit_nofile 65536;
pid ${folder}/nginx.pid;
error_log stderr warn;

events {
    worker_connections 30000;
}

http {
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nodelay on;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/unused;
    uwsgi_temp_path ${folder}/unused;
    scgi_temp_path ${folder}/unused;
    proxy_cache_path ${folder}/cache levels=1:2 keys_zone=quakewire:10m max_size=1g inactive=1h use_temp_path=off;

    upstream balancer {
        server ${upstream};
        keepalive 32;
    }

    server {
        listen ${listen} backlog=4096;
        keepalive_timeout 30s;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        # HAProxy believes this when nginx is among its trusted proxies.
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;

        # A stream: nothing is held back, and the silence between two heartbeats (15 s) is waited for.
        location = /live {
            proxy_pass http://balancer;
            proxy_buffering off;
            proxy_read_timeout 45s;
        }

        # The rest is kept as long as it says (Cache-Control). One request at a time asks for what is not here; while it asks for what
        # has grown old, the others get the old for a moment more.
        location / {
            proxy_pass http://balancer;
            proxy_cache quakewire;
            # With the name that is passed on: a page says where it is, and nobody's invented name may be kept for the others.
            proxy_cache_key $scheme$host$request_uri;
            proxy_cache_lock on;
            proxy_cache_lock_timeout 2s;
            proxy_cache_revalidate on;
            proxy_cache_use_stale updating;
            proxy_cache_background_update on;
            add_header X-Cache $upstream_cache_status;
        }
    }
}
`;
}

if (import.meta.main) process.stdout.write(toNginxConfig(COMPOSE));
