# An environment image made from a Debian suite: compilers, Go, gdb, the libc's debug symbols, and what of vivarium runs
# inside. One image serves every libc of its suite. Both builders understand it: no RUN --mount, no heredoc.
ARG BASE
FROM ${BASE}

ARG SUITE
ARG PACKAGES
# Packages taken from a further suite of the same archive: `libc6` of experimental.
ARG OVERLAY_SUITE=
ARG OVERLAY_PACKAGES=
# A rolling suite's Release file, or a snapshot's, may be past its Valid-Until. Signatures are checked all the same.
ARG CHECK_VALID_UNTIL=true
RUN set -eu; \
    export DEBIAN_FRONTEND=noninteractive; \
    printf '%s\n' force-unsafe-io \
      'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/info/*' 'path-exclude=/usr/share/lintian/*' \
      'path-exclude=/usr/share/locale/*' 'path-exclude=/usr/share/man/*' \
      > /etc/dpkg/dpkg.cfg.d/vivarium; \
    printf 'Acquire::Check-Valid-Until "%s";\nAcquire::Retries "3";\n' "$CHECK_VALID_UNTIL" \
      > /etc/apt/apt.conf.d/zz-vivarium; \
    overlay=; \
    if [ -n "$OVERLAY_SUITE" ]; then \
      cd /etc/apt; \
      for list in sources.list sources.list.d/*.list; do \
        [ ! -f "$list" ] || sed -n "s/^\(deb .*\) $SUITE \(.*\)$/\1 $OVERLAY_SUITE \2/p" "$list"; \
      done > /tmp/overlay.list; \
      for sources in sources.list.d/*.sources; do \
        [ ! -f "$sources" ] || sed "s/^Suites:.*/Suites: $OVERLAY_SUITE/" "$sources" > sources.list.d/overlay.sources; \
      done; \
      mv /tmp/overlay.list sources.list.d/overlay.list; \
      cd /; \
      for package in $OVERLAY_PACKAGES; do overlay="$overlay $package/$OVERLAY_SUITE"; done; \
    fi; \
    apt-get update -q; \
    apt-get install -q -y --no-install-recommends $PACKAGES $overlay; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log

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
