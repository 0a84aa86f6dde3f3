# Adds one of Go's own release archives (static, so it runs on any libc) to an environment image. The archive was
# downloaded and its checksum verified before it came into the context; ADD unpacks it.
ARG BASE
FROM ${BASE}
ARG GO
ADD go.tar.gz /opt/go-archive/
RUN set -eu; \
    mv /opt/go-archive/go "/usr/local/go-${GO}"; \
    rm -r /opt/go-archive; \
    sh /opt/vivarium/warm-go.sh; \
    sh /opt/vivarium/facts.sh > /opt/vivarium/facts
