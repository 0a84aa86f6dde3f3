# An environment image made from Alpine (or an official image built on it): musl as people use it, with the compiler's own
# libc being musl. Both builders understand it: no RUN --mount, no heredoc.
ARG BASE
FROM ${BASE}

ARG PACKAGES
RUN apk add --no-cache $PACKAGES

COPY container/warm-go.sh container/own-gdb.sh /opt/vivarium/
RUN sh /opt/vivarium/warm-go.sh && sh /opt/vivarium/own-gdb.sh

# After the packages, so that an edit of the runner costs seconds. The runner and the scheduler take the places of the folders with their parts.
COPY container/ /opt/vivarium/
RUN set -eu; \
    for tool in watch start; do gcc -O2 -static -o /opt/vivarium/$tool /opt/vivarium/$tool.c; done; \
    gcc -O2 -static -o /tmp/runner /opt/vivarium/runner.c; \
    gcc -O2 -static -o /tmp/scheduler /opt/vivarium/scheduler.c; \
    rm -r /opt/vivarium/runner /opt/vivarium/scheduler /opt/vivarium/*.c; \
    mv /tmp/runner /tmp/scheduler /opt/vivarium; \
    sh /opt/vivarium/facts.sh > /opt/vivarium/facts
