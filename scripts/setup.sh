#!/bin/sh
# Makes a fresh clone ready: Node's packages, the build, and an engine that answers. Idempotent; runs before `npm start`
# and, with --test, before `npm test`: then with Chromium and a C compiler, too. With --packages, before `npm run build` and
# `npm run check`, it is done with Node's packages. VIVARIUM_SETUP=off makes it touch nothing. Exits 3 where a person has to do
# something first.
set -eu

cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
stop() {
  say "$1"
  shift
  for line in "$@"; do printf '         %s\n' "$line" >&2; done
  exit 3
}

if [ "${VIVARIUM_SETUP:-on}" = off ]; then exit 0; fi

# --- Node and its packages ------------------------------------------------------------------------------------------
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  stop "Node $(node --version) is too old: vivarium needs 20.19 or newer." "Install a current Node and run this again."

# Written last by npm and by the build: what is newer than they was not installed, or not built.
installed=node_modules/.package-lock.json
built=dist/bundle/LICENSES.txt

if [ ! -f "$installed" ] || [ -n "$(find package-lock.json -newer "$installed")" ]; then
  say "installing Node packages (npm ci)"
  # No dependency of ours needs its install script.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
fi

if [ "${1:-}" = --packages ]; then exit 0; fi

sources='src scripts/bundle.mjs tsconfig.json tsconfig.build.json package-lock.json'
# shellcheck disable=SC2086 # a list of paths
if [ ! -f "$built" ] || [ -n "$(find $sources -newer "$built")" ]; then
  say "building (npm run build)"
  npm run --silent build >&2
fi

# --- the system ------------------------------------------------------------------------------------------------------
family=
if [ -r /etc/os-release ]; then
  # shellcheck source=/dev/null
  family=$(. /etc/os-release && printf '%s %s' "${ID:-}" "${ID_LIKE:-}")
fi
case " $family " in
  *" debian "* | *" ubuntu "*) debian=yes ;;
  *) debian=no ;;
esac

may_install() { [ "$debian" = yes ] && [ "$(id -u)" -eq 0 ]; }

install_packages() {
  say "installing $* from this system's own packages (apt-get)"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    stop "apt-get could not install $*; its last words are above (all: $log)." "Mend that and run this again."
  fi
  rm -f "$log"
}

if [ "${1:-}" = --test ]; then
  missing=
  command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing=chromium
  command -v gcc >/dev/null 2>&1 || missing="${missing:+$missing }gcc libc6-dev"
  # Tests of trust start an engine of their own, to kill it. That takes root; where there is none, they say so.
  if may_install && ! command -v dockerd >/dev/null 2>&1; then missing="${missing:+$missing }docker.io"; fi
  # A test of swarms makes three engines and a registry, in network namespaces.
  if may_install && ! command -v docker-registry >/dev/null 2>&1; then missing="${missing:+$missing }docker-registry"; fi
  if may_install && ! command -v ip >/dev/null 2>&1; then missing="${missing:+$missing }iproute2"; fi
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # a list of package names
    if may_install; then
      install_packages $missing
      # Debian starts the registry's service; the tests start one of their own.
      case " $missing " in *" docker-registry "*) systemctl disable --now docker-registry >/dev/null 2>&1 || true ;; esac
    else
      stop "the tests need $missing." "Debian, Ubuntu: sudo apt-get install -y $missing"
    fi
  fi
fi

# --- the engine -----------------------------------------------------------------------------------------------------
# vivarium itself looks for the engine as docker does: context, DOCKER_HOST, the default socket.
engine_answers() { node dist/cli.js doctor --only engine >/dev/null 2>&1; }

if engine_answers; then exit 0; fi

if [ -n "${DOCKER_HOST:-}${DOCKER_CONTEXT:-}" ]; then
  stop "the engine that DOCKER_HOST or DOCKER_CONTEXT names does not answer." \
    "Start it, or unset the variable to use the engine of this machine."
fi

if ! may_install; then
  case "$(uname -s)" in
    Linux)
      if [ "$debian" = yes ]; then
        stop "no Docker engine answers, and only root may install one. Run:" \
          "sudo apt-get install -y docker.io mmdebstrap" \
          "sudo service docker start" \
          "sudo usermod -aG docker \"\$USER\"   # then log in again"
      fi
      stop "no Docker engine answers. Install and start one (docker or podman with its socket), for example:" \
        "sudo systemctl enable --now docker" \
        "or: systemctl --user enable --now podman.socket"
      ;;
    *) stop "no Docker engine answers." "Start Docker Desktop (or your engine) and run this again." ;;
  esac
fi

missing=
command -v dockerd >/dev/null 2>&1 || missing=docker.io
command -v mmdebstrap >/dev/null 2>&1 || missing="${missing:+$missing }mmdebstrap"
if [ -n "$missing" ]; then
  say "no engine answers here"
  # shellcheck disable=SC2086 # a list of package names
  install_packages $missing iptables ca-certificates
fi

if engine_answers; then exit 0; fi

log=/var/log/vivarium-dockerd.log
say "starting dockerd in the background (log: $log)"
if [ -d /run/systemd/system ]; then
  systemctl start docker >>"$log" 2>&1 || true
else
  rm -f /var/run/docker.pid
  # Its own session: it outlives this script, and Ctrl-C in npm does not reach it.
  setsid dockerd >>"$log" 2>&1 </dev/null &
fi
tries=0
until engine_answers; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    tail -n 15 "$log" >&2
    stop "dockerd did not answer within a minute; its last words are above." "See $log."
  fi
  sleep 1
done
say "the engine answers"
