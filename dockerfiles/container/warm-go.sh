#!/bin/sh
# Compiles, once, what most repros in Go need of the standard library, for each C compiler here: since Go 1.20 the
# distribution has no compiled packages, and every build would begin with ten seconds of that. seed_go_cache copies it.
set -eu
export GOCACHE=/opt/go-build HOME=/tmp GO111MODULE=on GOPROXY=off GOTOOLCHAIN=local CGO_ENABLED=1
for go in /usr/lib/go*/bin/go /usr/local/go*/bin/go; do
  root=${go%/bin/go}
  if [ ! -x "$go" ] || [ -L "$root" ]; then continue; fi
  for compiled in "$root"/pkg/linux_*/net.a; do
    [ ! -f "$compiled" ] || continue 2
  done
  for cc in gcc musl-gcc; do
    command -v "$cc" > /dev/null || continue
    GOROOT=$root CC=$cc "$go" build net os/user testing
  done
done
