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

# seed_go_cache: a build cache of its own with what the image has compiled before: go writes into the one it uses.
seed_go_cache() {
  [ -d "$GOCACHE" ] || [ ! -d /opt/go-build ] || cp -R /opt/go-build "$GOCACHE"
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
  [ "$machine" = "$own" ] || {
    echo "the program is for $machine, and this image runs $own"
    refuse 65
  }
  loader=$(echo "$header" | sed -n 's/.*Requesting program interpreter: \(.*\)\]/\1/p')
  [ -z "$loader" ] || [ -x "$loader" ] || {
    echo "the program is dynamically linked and asks for the loader $loader, which this image does not have"
    refuse 65
  }
}
