# A small image of the command line: one static binary, no shell, no root. Run it on a mounted project:
#   docker run --rm -v "$PWD:/project" ghcr.io/analyzer-py/analyzer check
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev=~1.2 make=~4
WORKDIR /build
COPY . .
RUN cargo build --release --locked --package analyzer-cli \
 && strip target/release/analyzer

FROM scratch
COPY --from=build /build/target/release/analyzer /analyzer
COPY LICENSE-MIT LICENSE-APACHE /
WORKDIR /project
USER 65532:65532
ENTRYPOINT ["/analyzer"]
CMD ["check"]
