#!/bin/sh
# Gives gdb everything that it runs by once more, under /opt/vivarium/own: libraries, the loader, Python. A repro may lay a libc, a loader or
# an /etc/ld.so.preload of its own over the root, and these are to reach the program and not what looks at it.
#
# In the copied loader and libc, /usr/lib/, /lib/ and /etc/ are renamed to places below /sys, which nobody can fill: so they read no ld.so.preload,
# no ld.so.cache, no nsswitch.conf, and take no library from the system's folders. The new names are as long as the old.
set -eu
own=/opt/vivarium/own
mkdir -p "$own/lib" "$own/python/lib"
gdb=$(readlink -f "$(command -v gdb)")
loader=$(readelf -l "$gdb" | sed -n 's/.*Requesting program interpreter: \(.*\)\]/\1/p')
python=$(gdb -nx -batch -ex 'python import os; print(os.path.dirname(os.__file__))')

# libthread_db for threads and their variables, libgcc_s for threads that end: both are asked for by name, while gdb runs.
by_name=$(ls /lib/*-linux-gnu*/libthread_db.so.1 /lib/*-linux-gnu*/libgcc_s.so.1 2> /dev/null || true)
for file in "$gdb" $by_name "$python"/lib-dynload/*.so; do
  [ ! -e "$file" ] || ldd "$file" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p'
done > /tmp/libraries
printf '%s\n' $by_name >> /tmp/libraries
sort -u /tmp/libraries | while read -r library; do
  [ -z "$library" ] || cp -L "$library" "$own/lib/"
done
rm /tmp/libraries

cp "$gdb" "$own/gdb"
cp -L "$loader" "$own/loader"
cp -RL /usr/share/gdb "$own/share"
rm -rf "$own/share/auto-load"
# What a distribution or a user adds to Python is left out.
mkdir "$own/python/lib/${python##*/}"
tar -C "$python" -c --exclude=sitecustomize.py --exclude=__pycache__ --exclude='config-*' --exclude=test . | tar -C "$own/python/lib/${python##*/}" -xh
find "$own" -type l -delete
for file in "$own/loader" "$own"/lib/libc.so.6 "$own"/lib/libc.musl-*.so.1; do
  [ ! -f "$file" ] || sed -i 's#/usr/lib/#/sys/lib/#g; s#/lib/#/sys/#g; s#/etc/#/sys/#g' "$file"
done
