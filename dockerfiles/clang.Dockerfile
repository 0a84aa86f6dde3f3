# Adds clang to an environment image, from its own distribution.
ARG BASE
FROM ${BASE}
RUN set -eu; \
    if command -v apk > /dev/null; then \
      apk add --no-cache clang; \
    else \
      export DEBIAN_FRONTEND=noninteractive; \
      apt-get update -q; \
      apt-get install -q -y --no-install-recommends clang; \
      apt-get clean; \
      rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log; \
    fi; \
    if command -v musl-gcc > /dev/null; then install /opt/vivarium/musl-clang /usr/local/bin/musl-clang; fi; \
    sh /opt/vivarium/facts.sh > /opt/vivarium/facts
