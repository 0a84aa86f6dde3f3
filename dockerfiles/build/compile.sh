# The build of a repro, sourced by the recipe that src/images/recipe/recipe.ts writes. It runs in a container of its own, as an ordinary
# user; of what it leaves, the folder /opt/repro alone is taken out.
# shellcheck shell=sh
#
# Exit codes of a recipe: 65 the sources do not build, 66 a patch does not apply.
# Lines that begin with `vivarium-step ` are commands; all others are what the tools said.
set -eu
umask 022
exec 2>&1 < /dev/null
export HOME=/tmp

private=/usr/local/goroot

refuse() { # refuse CODE: ends the build; what the tools said stands above
  exit "$1"
}

# step COMMAND...: one command of the build.
step() {
  printf 'vivarium-step %s\n' "$*"
  "$@" || refuse 65
}

# own_directory PATH: makes PATH of the private tree a directory of its own, with links to what it held.
own_directory() {
  [ -L "$private/$1" ] || return 0
  held=$(readlink -f "$private/$1")
  rm "$private/$1"
  mkdir "$private/$1"
  ln -s "$held"/* "$private/$1/"
}

# seed_go_cache: a build cache of its own with what the image has compiled before: go writes into the one it uses. One that is there and
# is not empty has what was compiled before this.
seed_go_cache() {
  mkdir -p "$GOCACHE"
  [ -n "$(ls -A "$GOCACHE")" ] || [ ! -d /opt/go-build ] || cp -R /opt/go-build/. "$GOCACHE"
}

# all_go ARGUMENT...: whether none of the packages that `go list ARGUMENT...` names, and that these need, has C in it. Where go
# cannot tell, the build is left to say why.
all_go() {
  with_c=$(go list -deps -f '{{if .CgoFiles}}{{.ImportPath}}{{end}}' "$@" 2> /dev/null) || return 1
  [ -z "$with_c" ]
}

# libraries_apart COMPILER: whether the libc that it links to has threads and their like in libraries of their own, as glibc has before
# 2.34. Newer ones keep an archive without a member, for old makefiles.
libraries_apart() {
  archive=$("$1" -print-file-name=libpthread.a)
  [ -f "$archive" ] && [ "$(wc -c < "$archive")" -gt 8 ]
}

# private_goroot ROOT FILE...: a tree like the Go tree ROOT for patches to change. Only the directories of FILEs (relative
# to ROOT) are copied; all others are links to where they were, because a copy of the whole costs seconds.
# It sets GOROOT and PATH to that tree.
private_goroot() {
  held=$(readlink -f "$1")
  shift
  ln -s "$held"/* "$private/"
  for file; do
    path=
    for part in $(dirname "$file" | tr / ' '); do
      path=${path:+$path/}$part
      own_directory "$path"
    done
    # Regular files, all of them: go refuses to embed a link.
    for entry in "$private/$path"/*; do
      if [ -L "$entry" ] && [ -f "$entry" ]; then
        cp "$(readlink -f "$entry")" "$private/copy"
        mv "$private/copy" "$entry"
      fi
    done
  done
  export GOROOT="$private" PATH="$private/bin:$PATH"
}

# apply PATCH: applies it to the private tree, whole or not at all.
apply() {
  echo "$1:"
  # No fuzz: a hunk that fits only roughly may land in the wrong function.
  (cd "$private" && patch -p1 -F0 --batch --forward --no-backup-if-mismatch < "$1") || refuse 66
}

# change_sources PATCH STRIP: applies it to the repro's own sources, whole or not at all.
change_sources() {
  echo "$1:"
  (cd /repro && patch -p"$2" -F0 --batch --forward --no-backup-if-mismatch < "$1") || refuse 66
}

# suits FILE: refuses an executable that this image cannot start, and says why.
suits() {
  header=$(readelf -hl "$1" 2> /dev/null) || {
    echo "$1 is no ELF executable"
    refuse 65
  }
  machine=$(echo "$header" | sed -n 's/^ *Machine: *//p')
  own=$(readelf -h /bin/sh | sed -n 's/^ *Machine: *//p')
  # A processor of 64 bits runs programs of 32.
  [ "$machine" = "$own" ] || [ "$machine, $own" = "Intel 80386, Advanced Micro Devices X86-64" ] || {
    echo "the program is for $machine, and this image runs $own"
    refuse 65
  }
  loader=$(echo "$header" | sed -n 's/.*Requesting program interpreter: \(.*\)\]/\1/p')
  [ -z "$loader" ] || [ -x "$loader" ] || {
    [ "$loader" = /lib/ld-linux.so.2 ] && package=", and Debian's package libc6-i386 has" || package=
    echo "the program is dynamically linked and asks for the loader $loader, which this image does not have$package"
    refuse 65
  }
}

# is_program FILE: whether it is something to be started: an executable, static or not, and no library.
is_program() {
  header=$(readelf -hld "$1" 2> /dev/null) || return 1
  case $header in
    *'Type: '*EXEC\ *) return 0 ;;
    *'Requesting program interpreter'*) return 0 ;;
    *'Flags: '*PIE*) return 0 ;;
  esac
  return 1
}

# made NAME...: what of the build, but for what cmake and meson try their compilers with, carries such a name, or any where none is given, and was not there before it: paths, one a line.
made() {
  find "$PWD" /tmp/build -path '*/CMakeFiles' -prune -o -path '*/meson-private' -prune -o -path '*/.libs/lt-*' -prune -o -type f -newer /tmp/before-build "$@" -print 2> /dev/null
}

# take_program [TARGET]: where a build's own command line wrote nothing to $OUT, the one program that it made is the program; of several
# TARGET says which, by its name or by its path.
take_program() {
  if [ -e "$OUT" ] || [ -L "$OUT" ]; then return 0; fi
  target=${1:-}
  target=${target#./}
  made -perm -u=x | while read -r file; do
    case $file in */"$target" | */) ;; *) [ -z "$target" ] || continue ;; esac
    if is_program "$file"; then printf '%s\n' "$file"; fi
  done > /tmp/made
  count=$(wc -l < /tmp/made)
  if [ "$count" -gt 1 ]; then
    echo "the build made $count programs: $(sed "s#^$PWD/##; s#^/tmp/build/##" /tmp/made | sort | head -n 20 | tr '\n' ' ')"
    refuse 65
  fi
  if [ "$count" -eq 0 ]; then
    [ -z "$target" ] || echo "the build made no program that is called $target"
    return 0
  fi
  program=$(cat /tmp/made)
  cp "$program" "$OUT"
  printf 'vivarium-step cp %s "$OUT"\n' "$program"
  take_libraries
  take_others "$program"
}

# take_libraries: puts beside the program what it is linked to and the build has made.
take_libraries() {
  needs=$(readelf -d "$OUT" 2> /dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  for library in $needs; do
    held=$(made -name "$library" | head -n 1)
    link=$(find "$PWD" /tmp/build -name "$library" -type l 2> /dev/null | head -n 1)
    [ -n "$held$link" ] || continue
    cp -L "${held:-$link}" "$OUTDIR/$library"
    readelf -d "$OUT" | grep -q -E "R(UN)?PATH.*($OUTDIR|ORIGIN)" || {
      echo "the program needs $library, which the build made, and looks for it elsewhere than beside itself"
      refuse 65
    }
  done
}

# take_others PROGRAM: puts what else the build made and may be started or loaded (a server, a plugin) beside the program, as it lies beside it
# in the build; what lies elsewhere by its name alone.
take_others() {
  folder=$(dirname "$1")
  made | while read -r file; do
    case $file in
      "$1") continue ;;
      *.so | *.so.*) ;;
      *) [ -x "$file" ] && is_program "$file" || continue ;;
    esac
    case $file in
      "$folder"/*) name=${file#"$folder"/} ;;
      *) name=$(basename "$file") ;;
    esac
    [ ! -e "$OUTDIR/$name" ] || continue
    mkdir -p "$OUTDIR/$(dirname "$name")"
    cp "$file" "$OUTDIR/$name"
    printf 'vivarium-step cp %s "$OUTDIR/%s"\n' "$file" "$name"
  done
}

# stand_in COMPILER: a build's own command line that says `gcc` gets the C compiler of the environment's libc, which is not the image's.
stand_in() {
  compiler=$(command -v "$1")
  export REALGCC=/usr/bin/gcc
  mkdir -p /tmp/stand-in
  for name in gcc cc c99; do
    printf '#!/bin/sh\nexec %s "$@"\n' "$compiler" > "/tmp/stand-in/$name"
  done
  for name in g++ c++; do
    printf '#!/bin/sh\nexec /opt/build/no-c++ "$@"\n' > "/tmp/stand-in/$name"
  done
  chmod 755 /tmp/stand-in/*
  export PATH="/tmp/stand-in:$PATH"
}

# not_glibc: refuses a program that a build linked to the image's own glibc though the environment's libc is another: glibc's start-up code,
# static or not, carries a note that no other has.
not_glibc() {
  if [ ! -f "$OUT" ] || ! readelf -n "$OUT" 2> /dev/null | grep -q NT_GNU_ABI_TAG; then return 0; fi
  echo "the program is linked to this image's glibc, and the environment's libc is another: its build does not use \$CC"
  refuse 65
}
