const KIB = 1024;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Bytes of memory and of what has a bound, in units of 1024, rounded: `9 KiB`, `512 MiB`, `1.5 GiB`. */
export function binarySize(bytes: number): string {
  if (bytes < MIB) return `${Math.round(bytes / KIB)} KiB`;
  if (bytes < GIB) return `${Math.round(bytes / MIB)} MiB`;
  return `${Math.round((bytes / GIB) * 10) / 10} GiB`;
}

/** Bytes of a disk, in units of 1000 as Docker and `df -H` tell them, a part of a megabyte as a whole one: `12 MB`, `1.4 GB`. */
export function diskSize(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
