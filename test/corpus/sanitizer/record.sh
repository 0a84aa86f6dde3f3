#!/bin/sh
# Records sanitizers' reports of programs/san.c, in a container of an environment image that has the compiler:
#
#     docker run --rm --init --network none -v "$PWD/test/corpus/sanitizer:/corpus" IMAGE sh /corpus/record.sh gcc-12 gcc
#
# Arguments: a name for the cases and the compiler. Each becomes real-NAME-KIND.txt; UPDATE=1 on the test then fills its expectations.
set -u
name=$1 compiler=$2
cd /tmp
cp /corpus/programs/san.c .

record() {
  sanitizer=$1 kind=$2
  shift 2
  "$compiler" -g -O1 -fno-omit-frame-pointer -pthread "-fsanitize=$sanitizer" -o san san.c || return
  # Without personality(2) a sanitizer cannot turn ASLR off, which ThreadSanitizer may need.
  env "$@" ./san "$kind" > /dev/null 2> err
  status=$?
  case=/corpus/real-$name-$sanitizer-$kind.txt
  [ $# -eq 0 ] || case=/corpus/real-$name-$sanitizer-$kind-$(echo "$1" | sed 's/.*://; s/=/-/').txt
  printf 'SOURCE: recorded, %s, -fsanitize=%s, exit status %s%s\n\n' "$name" "$sanitizer" "$status" "${1:+, $1}" > "$case"
  cat err >> "$case"
}

for kind in use-after-free double-free overflow-in-strcpy null leak stack-overflow; do record address "$kind"; done
record address use-after-free ASAN_OPTIONS=abort_on_error=1
for kind in integer-overflow shift; do
  record undefined "$kind"
  record undefined "$kind" UBSAN_OPTIONS=print_stacktrace=1
done
record thread race
