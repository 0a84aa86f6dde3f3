#!/bin/sh
# Builds every program of this folder to /faults/bin: NAME.static, NAME.dynamic, NAME.musl (C); NAME (Go); and the C programs
# under Go's runtime: cgo-NAME.static, cgo-NAME.dynamic.
set -eu
cd /faults
mkdir -p bin
export GOCACHE=/tmp/go-build GOFLAGS=-mod=mod GO111MODULE=off HOME=/tmp
flags='-g -O1 -fno-omit-frame-pointer -pthread'

for source in *.c; do
  name=${source%.c}
  more=
  [ "$name" != abort-smashed-stack ] || more=-fstack-protector-all
  gcc $flags $more -static -o "bin/$name.static" "$source" 2> /dev/null
  gcc $flags $more -o "bin/$name.dynamic" "$source"
  musl-gcc $flags $more -static -o "bin/$name.musl" "$source"
done

strip bin/no-symbols.*

for source in go-*.go; do
  go build -o "bin/${source%.go}" "$source"
done

for name in $UNDER_GO; do
  folder=/tmp/$name
  mkdir "$folder"
  cp cgo.go "$folder/main.go"
  printf '#define main fault\n#line 1 "/faults/%s.c"\n' "$name" | cat - "$name.c" > "$folder/fault.c"
  cd "$folder"
  go build -o "/faults/bin/cgo-$name.dynamic" .
  go build -ldflags '-extldflags "-static"' -o "/faults/bin/cgo-$name.static" . 2> /dev/null
  cd /faults
done
chmod -R a+rX /faults
