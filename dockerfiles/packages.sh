#!/bin/sh
# Installs $PACKAGES and makes $LOCALES. What there is not, it names with what is called alike, one line each, for src/images/additions.ts:
#   vivarium-missing KIND NAME [LIKE]...
set -eu
missing=

missing() { # missing KIND NAME STEM: of the names on standard input, those that begin alike and are short go first
  missing=yes
  like=$(awk -v stem="$3" '{ at = index($0, stem); print (at == 1 || at == 4 && /^lib/ ? 0 : 1), length($0), $0 }' | LC_ALL=C sort -u -k 1,1n -k 2,2n | cut -d ' ' -f 3 | head -n 12 | tr '\n' ' ')
  printf 'vivarium-missing %s %s %s\n' "$1" "$2" "$like"
}

# stem NAME: what other distributions have in common with a package's name: `z` of zlib1g-dev and zlib-dev would be too little, `zlib` is not.
stem() {
  short=$(printf '%s' "$1" | sed 's/-devel$//; s/-dev$//; s/^lib\([a-z].....*\)/\1/; s/[0-9].*$//')
  if [ ${#short} -ge 3 ]; then printf '%s' "$short"; else printf '%s' "$1"; fi
}

with_apk() {
  apk update -q
  for name in $PACKAGES; do
    apk search -q "$(stem "$name")" > /tmp/like || :
    [ -n "$(apk search -e -q "$name")" ] || missing package "$name" "$(stem "$name")" < /tmp/like
  done
  [ -z "$missing" ] || exit 64
  # musl takes any locale's name: there is nothing to make.
  [ -z "$PACKAGES" ] || apk add --no-cache $PACKAGES
  rm -rf /var/cache/apk/*
}

with_apt() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q -o Acquire::Languages=none
  # Only a package that is there by this very name: apt-get would take the rest for a pattern.
  for name in $PACKAGES; do
    apt-cache pkgnames "$name" | grep -q -F -x -e "$name" && continue
    apt-cache pkgnames | grep -F -e "$(stem "$name")" > /tmp/like || :
    missing package "$name" "$(stem "$name")" < /tmp/like
  done
  [ -z "$missing" ] || exit 64
  [ -z "$LOCALES" ] || PACKAGES="$PACKAGES locales"
  apt-get install -q -y --no-install-recommends -- $PACKAGES
  for name in $LOCALES; do make_locale "$name"; done
  [ -z "$missing" ] || exit 64
  apt-get clean
  rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log
}

make_locale() {
  supported=/usr/share/i18n/SUPPORTED
  charset=$(awk -v name="$1" '$1 == name { print $2; exit }' "$supported")
  if [ -z "$charset" ]; then
    cut -d ' ' -f 1 "$supported" | grep -e "^$(printf '%.3s' "$1")" > /tmp/like || :
    missing locale "$1" "$(printf '%.5s' "$1")" < /tmp/like
    return 0
  fi
  definition=$(printf '%s' "$1" | sed 's/\.[^@]*//')
  localedef -i "$definition" -c -f "$charset" "$1"
}

if command -v apk > /dev/null; then with_apk; else with_apt; fi
