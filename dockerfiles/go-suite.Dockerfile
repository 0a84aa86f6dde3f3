# Adds the Go of an older (or equally old) suite to an environment image. Not the other way round: a suite's go command
# is linked to that suite's libc.
ARG BASE
ARG DONOR
FROM ${DONOR} AS donor
FROM ${BASE}
ARG GO
COPY --from=donor /usr/lib/go-${GO} /usr/lib/go-${GO}
COPY --from=donor /usr/share/go-${GO} /usr/share/go-${GO}
RUN sh /opt/vivarium/warm-go.sh && sh /opt/vivarium/facts.sh > /opt/vivarium/facts
