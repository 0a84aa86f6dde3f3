#!/bin/sh
# Builds a batch of programs, one after the other, each as if it were the only one: batch.sh MARK COUNT. Candidate N lies in
# /candidates/N: its sources (repro/), its recipe, the seconds that it may take (limit), and lint.sh where its compiler's warnings are to be
# errors. What is made of it lies in /opt/candidates/N afterwards. For each it prints MARK, its number, the exit code of its recipe (124: it
# took too long, 67: lint.sh refused what it built), the milliseconds that it took, and what the tools said of that.
set -u
mark=$1 count=$2
# A program that would fill the disk is none.
ulimit -f 2097152

empty() { # empty FOLDER...: they are another user's to remove
  find "$@" -mindepth 1 -delete
}

build() { # build N
  read -r limit < "/candidates/$1/limit"
  timeout -k 5 "$limit" sh "/candidates/$1/recipe.sh" > /tmp/said 2>&1 || return
  # What does not compile at all is no matter of warnings.
  [ ! -f "/candidates/$1/lint.sh" ] || (cd /repro && timeout -k 5 "$limit" sh "/candidates/$1/lint.sh") > /tmp/said 2>&1 || return 67
}

now() { # milliseconds that the machine has been up
  read -r up _ < /proc/uptime
  echo "$(($(echo "$up" | tr -d .) * 10))"
}

# gist FILE: the line that says most of why a build failed.
gist() {
  head -c 5000 "$1" | grep -m 1 -i -E 'error|undefined|declared|imported|\[-W' | cut -c 1-1000
}

n=-1
while [ "$((n += 1))" -lt "$count" ]; do
  # One that did not end the first time is not there the second time.
  [ -d "/candidates/$n" ] || continue
  empty /repro /opt/repro /usr/local/goroot
  cp -R "/candidates/$n/repro/." /repro
  since=$(now)
  build "$n"
  code=$?
  took=$(($(now) - since))
  mkdir "/opt/candidates/$n"
  [ "$code" -ne 0 ] || cp -R /opt/repro/. "/opt/candidates/$n"
  printf '%s %s %s %s %s\n' "$mark" "$n" "$code" "$took" "$(gist /tmp/said)"
done
exit 0
