/** The distributions whose names of packages are known here. */
export type Distribution = "debian" | "alpine";

/**
 * What programs ask for most, and the packages that have it: `NAME... DEBIAN ALPINE`. A name that ends with a slash stands for every header of
 * that folder; `-` where a distribution has none. What is not here is found by the distribution's own search.
 */
const HEADERS = `
zlib.h zconf.h zlib1g-dev zlib-dev
bzlib.h libbz2-dev bzip2-dev
lzma.h liblzma-dev xz-dev
zstd.h libzstd-dev zstd-dev
lz4.h liblz4-dev lz4-dev
openssl/ libssl-dev openssl-dev
gnutls/ libgnutls28-dev gnutls-dev
gcrypt.h libgcrypt20-dev libgcrypt-dev
sodium.h libsodium-dev libsodium-dev
curl/ libcurl4-openssl-dev curl-dev
ncurses.h curses.h term.h libncurses-dev ncurses-dev
readline/ libreadline-dev readline-dev
editline/ libedit-dev libedit-dev
sqlite3.h libsqlite3-dev sqlite-dev
expat.h libexpat1-dev expat-dev
libxml/ libxml2-dev libxml2-dev
json-c/ libjson-c-dev json-c-dev
jansson.h libjansson-dev jansson-dev
yaml.h libyaml-dev yaml-dev
pcre.h libpcre3-dev pcre-dev
pcre2.h libpcre2-dev pcre2-dev
glib.h glib/ libglib2.0-dev glib-dev
gmp.h libgmp-dev gmp-dev
mpfr.h libmpfr-dev mpfr-dev
ffi.h libffi-dev libffi-dev
event.h event2/ libevent-dev libevent-dev
ev.h libev-dev libev-dev
uv.h libuv1-dev libuv-dev
pcap.h pcap/ libpcap-dev libpcap-dev
seccomp.h libseccomp-dev libseccomp-dev
cap-ng.h libcap-ng-dev libcap-ng-dev
sys/capability.h libcap-dev libcap-dev
security/ libpam0g-dev linux-pam-dev
uuid/ uuid-dev util-linux-dev
blkid/ libblkid-dev util-linux-dev
libelf.h gelf.h elfutils/ libelf-dev elfutils-dev
bfd.h binutils-dev binutils-dev
libunwind.h libunwind-dev libunwind-dev
numa.h libnuma-dev numactl-dev
fuse.h libfuse-dev fuse-dev
png.h libpng-dev libpng-dev
jpeglib.h libjpeg-dev libjpeg-turbo-dev
tiff.h tiffio.h libtiff-dev tiff-dev
ft2build.h freetype2/ libfreetype-dev freetype-dev
X11/ libx11-dev libx11-dev
SDL2/ libsdl2-dev sdl2-dev
lua.h lua.hpp liblua5.4-dev lua5.4-dev
Python.h python3-dev python3-dev
tcl.h tcl-dev tcl-dev
gtest/ libgtest-dev gtest-dev
benchmark/ libbenchmark-dev benchmark-dev
boost/ libboost-all-dev boost-dev
fmt/ libfmt-dev fmt-dev
Eigen/ libeigen3-dev eigen-dev
google/ libprotobuf-dev protobuf-dev
jemalloc/ libjemalloc-dev jemalloc-dev
gperftools/ libgoogle-perftools-dev gperftools-dev
tbb/ libtbb-dev onetbb-dev
ares.h libc-ares-dev c-ares-dev
db.h libdb-dev db-dev
gdbm.h libgdbm-dev gdbm-dev
systemd/ libsystemd-dev -
dbus/ libdbus-1-dev dbus-dev
valgrind/ valgrind valgrind-dev
linux/ linux-libc-dev linux-headers
gnu/stubs-32.h gcc-multilib -
bits/libc-header-start.h gcc-multilib -
sys/cdefs.h libc6-dev bsd-compat-headers
sys/queue.h libc6-dev bsd-compat-headers
`;

const TOOLS = `
make gmake make make
cmake cmake cmake
ninja ninja-build samurai
meson meson meson
autoconf autoreconf autoconf autoconf
aclocal automake automake automake
libtoolize libtool libtool libtool
pkg-config pkgconf pkg-config pkgconf
m4 m4 m4
bison yacc bison bison
flex lex flex flex
gperf gperf gperf
nasm nasm nasm
yasm yasm yasm
perl perl perl
python3 python python3 python3
gfortran gfortran gfortran
gnatmake gnat gcc-gnat
gdc gdc gcc-gdc
rustc rustc rust
cargo cargo cargo
fpc fpc -
ocamlfind ocamlopt ocaml ocaml
ghc ghc ghc
swig swig swig
protoc protobuf-compiler protobuf-dev
go golang-go go
clang clang++ clang clang
git git git
bash bash bash
file file file
which which -
xxd xxd xxd
bc bc bc
gettext msgfmt gettext gettext-dev
help2man help2man help2man
texinfo makeinfo texinfo texinfo
`;

const LIBRARIES = `
z zlib1g-dev zlib-static
bz2 libbz2-dev bzip2-static
lzma liblzma-dev xz-static
zstd libzstd-dev zstd-static
ssl crypto libssl-dev openssl-libs-static
curl libcurl4-openssl-dev curl-static
ncurses ncursesw tinfo curses libncurses-dev ncurses-static
readline libreadline-dev readline-static
sqlite3 libsqlite3-dev sqlite-static
expat libexpat1-dev expat-static
gmp libgmp-dev gmp-dev
ffi libffi-dev libffi-dev
event libevent-dev libevent-static
pcre2-8 libpcre2-dev pcre2-static
gtest gtest_main libgtest-dev gtest-dev
atomic libatomic1 libatomic
`;

type Found = Readonly<Record<Distribution, string | null>>;

function table(text: string): Map<string, Found> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.flatMap((line) => {
      const words = line.split(" ");
      const [debian, alpine] = words.splice(-2).map((word) => (word === "-" ? null : word)) as [
        string | null,
        string | null,
      ];
      return words.map((name): [string, Found] => [name, { debian, alpine }]);
    }),
  );
}

const TABLES = { header: HEADERS, tool: TOOLS, library: LIBRARIES };

/** The package that has a header, a tool or a library, by what a compiler or a shell calls it; null where it is not known here. */
export function packageOf(
  kind: keyof typeof TABLES,
  name: string,
  distribution: Distribution,
): string | null {
  const known = table(TABLES[kind]);
  const folder = name.includes("/") ? `${name.slice(0, name.indexOf("/"))}/` : null;
  const found = known.get(name) ?? (folder === null || kind !== "header" ? undefined : known.get(folder));
  return found?.[distribution] ?? null;
}
