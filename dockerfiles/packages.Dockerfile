# Adds to an environment image what a repro asks for: packages of the image's own distribution, and locales.
ARG BASE
FROM ${BASE}
ARG PACKAGES=
ARG LOCALES=
COPY packages.sh /tmp/packages.sh
RUN sh /tmp/packages.sh && rm /tmp/packages.sh && sh /opt/vivarium/facts.sh > /opt/vivarium/facts
