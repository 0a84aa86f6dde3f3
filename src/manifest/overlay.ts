import { posix } from "node:path";

/** Folders of a Debian or Alpine image that are links today, or were not yet: one place under two names. */
const MERGED = /^\/(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/;

/** What a container is not to have other files for, and why. */
const CLOSED: readonly [path: string, why: string][] = [
  ["/opt/vivarium", "what makes and watches attempts lies there"],
  ["/opt/repro", "the program lies there, with what its build left in $OUTDIR"],
  ["/opt/candidates", "programs of a search lie there"],
  ["/opt/build", "builds run by what lies there"],
  ["/usr/bin/gdb", "evidence is gdb's"],
  ["/usr/share/gdb", "evidence is gdb's"],
  ["/usr/lib/debug", "gdb reads there what the libc's functions are called"],
  ["/usr/local/goroot", "the Go tree that patches change lies there"],
  ["/proc", "it is the kernel's"],
  ["/sys", "it is the kernel's"],
  ["/dev", "it is the kernel's"],
  ["/tmp", "each attempt gets an empty one"],
];

/** Files that the engine lays over an image's own as a container starts, and what says what they hold. */
const ENGINES: Readonly<Record<string, string>> = {
  "/etc/hosts": "give names by 'run: { hosts: … }' or --add-host NAME:ADDRESS",
  "/etc/resolv.conf": "give the name server by 'run: { nameservers: … }'",
  "/etc/hostname": "a container is called 'vivarium'",
};

/**
 * Why a file may not be laid over the container's root at this path, in words; null where it may. A libc, a loader, /etc/ld.so.preload may: they
 * reach the program, and not what measures it.
 */
export function overlayFault(path: string): string | null {
  const clean = posix.normalize(path).replace(/\/+$/, "");
  if (!clean.startsWith("/")) return `'${path}': an absolute path in the container`;
  const engines = Object.hasOwn(ENGINES, clean) ? ENGINES[clean] : undefined;
  if (engines !== undefined)
    return `a file laid over ${clean} is not seen: the engine puts its own there; ${engines}`;
  const place = clean.replace(MERGED, "/usr/$1");
  for (const [closed, why] of CLOSED) {
    if (place === closed || place.startsWith(`${closed}/`) || closed.startsWith(`${place}/`))
      return `nothing may be laid over ${path}: ${why}`;
  }
  return null;
}

/** Folders that a file in their place would break. */
const FOLDERS = [
  "/usr/bin",
  "/usr/sbin",
  "/usr/lib",
  "/usr/lib64",
  "/etc",
  "/var",
  "/home",
  "/root",
  "/run",
  "/repro",
];

/** As overlayFault, of a file and not of a folder whose files are laid there. */
export function overlaidFileFault(path: string): string | null {
  const place = posix.normalize(path).replace(MERGED, "/usr/$1");
  return FOLDERS.includes(place)
    ? `no file may be laid over ${path}: it is a folder of the system`
    : overlayFault(path);
}
