# An environment image made from Alpine (or an official image built on it): musl as people use it, with the compiler's own
# libc being musl. Both builders understand it: no RUN --mount, no heredoc.
ARG BASE
FROM ${BASE}

ARG PACKAGES
RUN apk add --no-cache $PACKAGES

COPY container/warm-go.sh /opt/vivarium/
RUN sh /opt/vivarium/warm-go.sh

# After the packages, so that an edit of the runner costs seconds. The runner takes the place of the folder with its parts.
COPY container/ /opt/vivarium/
RUN set -eu; \
    gcc -O2 -static -o /opt/vivarium/watch /opt/vivarium/watch.c; \
    gcc -O2 -static -o /tmp/runner /opt/vivarium/runner.c; \
    rm -r /opt/vivarium/runner /opt/vivarium/runner.c /opt/vivarium/watch.c; \
    mv /tmp/runner /opt/vivarium/runner; \
    sh /opt/vivarium/facts.sh > /opt/vivarium/facts
