"""Which package a file belongs to, read from the package manager's own database: its commands may be slow or absent."""

import functools
import glob
import os

DPKG = "/var/lib/dpkg"
APK = "/lib/apk/db/installed"


def owners(paths):
    """Path -> "package version", for the paths that a package has."""
    if os.path.exists(DPKG + "/status"):
        return _dpkg_owners(paths)
    if os.path.exists(APK):
        return _apk_owners(paths)
    return {}


def _spellings(path):
    """With a merged /usr, packages still list their files under /lib where they shipped them there."""
    real = os.path.realpath(path)
    names = {path, real}
    for name in (path, real):
        names.add(name[4:] if name.startswith("/usr/") else "/usr" + name)
    return names


def _dpkg_owners(paths):
    wanted = {spelling: path for path in paths for spelling in _spellings(path)}
    found = {}
    for listing in glob.glob(DPKG + "/info/*.list"):
        with open(listing, encoding="utf-8", errors="replace") as file:
            lines = set(file.read().splitlines())
        package = os.path.basename(listing)[: -len(".list")]
        for spelling in lines & wanted.keys():
            found[wanted[spelling]] = package
    versions = _dpkg_versions()
    return {path: ("%s %s" % (name.split(":")[0], versions.get(name.split(":")[0], ""))).strip()
            for path, name in found.items()}


@functools.lru_cache(maxsize=None)
def _dpkg_versions():
    versions = {}
    package = None
    with open(DPKG + "/status", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("Package: "):
                package = line[9:].strip()
            elif line.startswith("Version: "):
                versions[package] = line[9:].strip()
    return versions


def _apk_owners(paths):
    wanted = {spelling: path for path in paths for spelling in _spellings(path)}
    found = {}
    package = version = folder = ""
    with open(APK, encoding="utf-8", errors="replace") as file:
        for line in file:
            tag, value = line[:2], line[2:].strip()
            if tag == "P:":
                package = value
            elif tag == "V:":
                version = value
            elif tag == "F:":
                folder = value
            elif tag == "R:" and "/%s/%s" % (folder, value) in wanted:
                found[wanted["/%s/%s" % (folder, value)]] = "%s %s" % (package, version)
    return found
