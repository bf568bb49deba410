# One image: the web app, the binary with the app inside, and a small system to run it on.

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm install --no-save --ignore-scripts --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS binary
WORKDIR /src
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY Cargo.toml Cargo.lock ./
COPY crates/ crates/
COPY migrations/ migrations/
COPY --from=web /src/web/dist web/dist
RUN cargo build --release --locked -p cauce-cli

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/cauce --create-home cauce
COPY --from=binary /src/target/release/cauce /usr/local/bin/cauce
COPY workflows/ /etc/cauce/workflows/
USER cauce
VOLUME /var/lib/cauce
EXPOSE 8710
# In a container loopback is nobody's; what is published is decided outside.
ENV CAUCE_LISTEN=0.0.0.0:8710 \
    CAUCE_DATA=/var/lib/cauce/data \
    CAUCE_WORKFLOWS=/etc/cauce/workflows
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["curl", "-fsS", "http://127.0.0.1:8710/healthz"]
ENTRYPOINT ["cauce"]
CMD ["serve"]
