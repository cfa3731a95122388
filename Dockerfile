# Every role of Quakewire in one image: `docker build -t quakewire .`, then `docker run quakewire [ROLE] [FLAGS]`.
# docs/operations/local.md says how it is run, and how its bases are pinned by digest.
#
#   base ─┬─▶ web      all dependencies: builds the web app and the server-drawn page, writes the bill of materials
#         └─▶ server   dependencies of production alone, and the sources: what runs
#   run = a distroless Debian + Node's binary + both. No shell, no package manager, no npm.

ARG NODE_IMAGE=node:26.10.0-trixie-slim
# sha256:… of that image; empty: whatever its tag names today.
ARG NODE_DIGEST=
# The same Debian as the Node image, so that its binary finds the C library it was made for.
ARG RUN_IMAGE=gcr.io/distroless/cc-debian13:nonroot
ARG RUN_DIGEST=

FROM ${NODE_IMAGE}${NODE_DIGEST:+@${NODE_DIGEST}} AS base
WORKDIR /app
ENV NODE_ENV=production NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false NPM_CONFIG_UPDATE_NOTIFIER=false
COPY package.json package-lock.json ./

FROM base AS web
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --include=optional --ignore-scripts
COPY vite.config.ts tsconfig.json tsconfig.browser.json ./
COPY scripts/build-web.ts scripts/sbom.ts scripts/
COPY assets assets
COPY src src
RUN node scripts/build-web.ts --force && node scripts/sbom.ts > sbom.cdx.json

FROM base AS server
# Optional are the project's own Node, which the base has, and a native checksum, for which the Kafka client carries WebAssembly.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts \
 && rm node_modules/.package-lock.json \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete
COPY LICENSE NOTICE ./
COPY bin bin
COPY assets assets
COPY fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz fixtures/emsc/
COPY src src
# The page's sources are in the built files.
RUN rm -r src/web
# The compile cache is filled here: the file system is read-only when it runs. It is kept by user and by V8 flags, hence both.
RUN mkdir -p node_modules/.cache/quakewire /rootfs/data \
 && chown 65532:65532 node_modules/.cache/quakewire /rootfs/data \
 && setpriv --reuid=65532 --regid=65532 --clear-groups node --max-semi-space-size=2 bin/quakewire.mjs --help > /dev/null
# Node 25 and newer links libatomic, which the distroless image leaves out.
RUN library="$(ldd "$(command -v node)" | awk '/libatomic/ { print $3 }')" \
 && if [ -n "$library" ]; then library="$(realpath -s "$(dirname "$(realpath "$library")")/$(basename "$library")")" \
 && mkdir -p "/rootfs$(dirname "$library")" && cp -L "$library" "/rootfs$library"; fi

FROM ${RUN_IMAGE}${RUN_DIGEST:+@${RUN_DIGEST}} AS run
COPY --from=server /usr/local/bin/node /usr/local/bin/node
# An empty /data that the user owns, which a new volume there takes over; and libatomic.
COPY --from=server --chown=65532:65532 /rootfs/data /data
COPY --from=server /rootfs/usr /usr
COPY --from=server /app /app
COPY --from=web /app/sbom.cdx.json /app/sbom.cdx.json
COPY --from=web /app/dist /app/dist
WORKDIR /app
# Says before anyone runs it whether a library is missing.
RUN ["/usr/local/bin/node", "--version"]
ARG NODE_IMAGE
ARG RUN_IMAGE
# Of this build: a version, the commit, an instant (RFC 3339), the address of the source.
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Quakewire" \
      org.opencontainers.image.description="The world's earthquakes on a map, the moment an agency publishes them" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${RUN_IMAGE}" \
      quakewire.node="${NODE_IMAGE}"
# The admin port stays on loopback unless QUAKEWIRE_ADMIN_HOST says otherwise; here only the map is for others.
ENV NODE_ENV=production \
    QUAKEWIRE_HOST=0.0.0.0 \
    QUAKEWIRE_DATA_DIR=/data \
    QUAKEWIRE_LOG_FORMAT=json
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: who restarts what is unhealthy must not restart a process that waits for its broker.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/node", "/app/bin/healthcheck.mjs", "/healthz"]
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=2", "/app/bin/quakewire.mjs"]
