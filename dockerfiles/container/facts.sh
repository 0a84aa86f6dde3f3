#!/bin/sh
# Prints what is really in this image, one fact a line, fields parted by tabs. Read by src/images/facts.ts.
set -eu

fact() {
  first=$1
  shift
  printf '%s' "$first"
  for field; do printf '\t%s' "$field"; done
  printf '\n'
}

# The C library says its own version: `stable release version 2.36.`, `Version 1.2.3`.
for libc in /lib/*-linux-gnu*/libc.so.6 /usr/lib/*-linux-gnu*/libc.so.6; do
  [ -x "$libc" ] || continue
  fact glibc "$("$libc" | sed -n 's/.* version \([0-9][0-9.]*[0-9]\).*/\1/p' | head -n 1)"
  break
done
for libc in /lib/ld-musl-*.so.1; do
  [ -x "$libc" ] || continue
  # Without a program to run it prints its usage and fails; that is how musl tells its version.
  fact musl "$({ "$libc" 2>&1 || true; } | sed -n 's/^Version \([0-9.]*\).*/\1/p')"
  break
done

for tool in gcc clang gdb; do
  command -v "$tool" > /dev/null || continue
  fact "$tool" "$("$tool" --version | head -n 1)"
done

for go in /usr/lib/go*/bin/go /usr/local/go*/bin/go; do
  root=${go%/bin/go}
  # Debian's /usr/lib/go is a link to the one that `go` means.
  if [ ! -x "$go" ] || [ -L "$root" ]; then continue; fi
  fact go "$(GOROOT=$root GOTOOLCHAIN=local "$go" version | sed -n 's/^go version go\([^ ]*\).*/\1/p')" "$root"
done

# What measures: its checksum is compared with that of every image in which attempts are made (src/images/instrument.ts).
fact runner "$(sha256sum < /opt/vivarium/runner | cut -d ' ' -f 1)"
fact instrument "$(cd /opt/vivarium && find . -type f ! -path ./facts -exec sha256sum {} + | LC_ALL=C sort -k 2 | sha256sum | cut -d ' ' -f 1)"

if command -v dpkg-query > /dev/null; then
  dpkg-query -W -f 'package\t${Package}\t${Version}\n'
else
  # `name-1.2.3-r4`: the version begins at the last dash but one.
  apk info -v 2> /dev/null | sed -n 's/^\(.*\)-\([^-]*-r[0-9]*\)$/package\t\1\t\2/p'
fi
