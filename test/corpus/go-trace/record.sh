#!/bin/sh
# Records traces of every program here with one Go, in a container that has go and gcc:
#   docker run --rm -v "$PWD/test/corpus/go-trace:/corpus" IMAGE sh /corpus/record.sh
# Each case becomes real-go-1.N-<program>.txt, its wait status in a header; UPDATE=1 on the test then fills the rest.
set -u
export HOME=/tmp GO111MODULE=off GOFLAGS= GOCACHE=/tmp/cache
version=$(go version | sed 's/.*go\(1\.[0-9]*\).*/\1/')
work=$(mktemp -d)
cd "$work" || exit 1

record() { # name, traceback, command...
  case_=$1 traceback=$2
  shift 2
  (GOTRACEBACK=$traceback exec "$@" >/dev/null 2>stderr)
  code=$?
  # A shell tells a signal as 128 + its number; no program here exits so by itself.
  if [ "$code" -gt 128 ]; then ended="signal $((code - 128))"; else ended="exit $code"; fi
  {
    printf 'SOURCE: recorded, Go %s, GOTRACEBACK=%s\nENDED: %s\n\n' "$version" "$traceback" "$ended"
    head -c 48000 stderr
  } >"/corpus/real-go-$version-$case_.txt"
}

for source in /corpus/programs/*.go; do
  name=$(basename "$source" .go)
  case $name in
    *_test)
      mkdir -p "$name" && cp "$source" "$name/" && (cd "$name" && go test -c -o ../"$name.bin" . ) || continue
      name=${name%_test}-in-test
      record "$name" single "./${name%-in-test}_test.bin" -test.timeout 300ms
      ;;
    *)
      mkdir -p "$name" && cp "$source" "$name/main.go" && (cd "$name" && go build -o "../$name.bin" .) || continue
      record "$name" single "./$name.bin"
      case $name in
        many-goroutines | cgo-segv | cgo-segv-in-c-thread)
          record "$name-all" all "./$name.bin"
          record "$name-system" system "./$name.bin"
          record "$name-crash" crash "./$name.bin"
          ;;
      esac
      ;;
  esac
done
