import { withoutTemplateArguments } from "./cxx-name.js";

/**
 * A symbol's name as its author wrote it, alike in every build: without compiler suffixes (`.constprop.0`, `.cold`), symbol
 * versions (`@plt`, `@@GLIBC_2.2.5`), the variant that libc picked for this processor (`__strlen_avx2` -> `strlen`),
 * libc's internal marks (`__GI___libc_free` -> `free`) and cgo's hash (`_cgo_709c8d94a9f9_Cfunc_f` -> `_Cfunc_f`).
 */
export function symbolName(name: string): string {
  const plain = withoutReturnType(withoutTemplateArguments(withoutParameters(withoutClone(name)), ""))
    .replace(/@.*$/, "")
    .replace(
      /(?:\.(?:constprop|isra|part|cold|lto_priv|localalias|abi0|abiinternal|llvm|clone)(?:\.\d+)?)+$/,
      "",
    )
    .replace(/^_cgo_[0-9a-f]{8,16}_/, "_")
    .replace(/^_C2func_/, "_Cfunc_");
  if (!plain.startsWith("__")) return plain.replace(/^_?_IO_(?=[a-z])/, "") || name;
  const bare = plain
    .replace(/^__GI_/, "")
    .replace(PUBLIC, "")
    .replace(/^__libc_(?=start_(?:main|call_main)$)/, "")
    .replace(/^_+/, "")
    .replace(VARIANT, "")
    // pthread_join is a call of it.
    .replace(/^pthread_(?:timed|clock)join_ex$/, "pthread_join");
  return bare === "" ? plain : bare;
}

/** glibc's names for functions that programs know without `__libc_`. */
const PUBLIC =
  /^__libc_(?=(?:free|malloc|calloc|realloc|memalign|read|write|recv\w*|send\w*|accept4?|connect|open(?:at)?(?:64)?|close|fork|pause|p?poll|p?select|wait\w*|msg(?:snd|rcv)|\w*nanosleep|fcntl\w*|sigtimedwait|sigsuspend|system)$)/;

/** What a fortified function is called: `__longjmp_chk`, and in libc `____longjmp_chk`. */
const FORTIFIED = /^_{2,4}(\w+)_chk$/;

/** The processor's features that libc's variants of a function are named by. */
const VARIANT =
  /_(?:sse\d|ssse3|sse42|avx|evex|erms|fma4?)(?:[_\d]|unaligned|erms|rtm|evex\d*|avx\w*)*(?:_\w+)?$/;

/**
 * A symbol's name for a title: as it is, but without what differs from one processor or libc to the next. libc picks one of
 * several variants of a function by the processor: `__memmove_avx512_unaligned_erms` is `memmove`; and what it calls
 * `__GI_raise` or `___pthread_mutex_lock` are the functions `raise` and `pthread_mutex_lock`. Frames keep the raw name.
 */
export function shownName(name: string): string {
  if (!name.startsWith("__"))
    return asWritten(
      withoutReturnType(withoutTemplateArguments(withoutParameters(withoutClone(name)), "<…>")),
      name,
    );
  if (FORTIFIED.test(name)) return name.replace(FORTIFIED, "$1");
  if (VARIANT.test(name)) return name.replace(VARIANT, "").replace(/^_+/, "") || name;
  const bare = name.replace(/^__GI_/, "").replace(PUBLIC, "");
  return bare.replace(/^_{2,3}(?=pthread_)/, "") || name;
}

/** `std::__cxx11::basic_string<…>::substr` as people write it: `std::string::substr`. */
function asWritten(shown: string, name: string): string {
  const form =
    /^std::(?:__cxx11::|__1::)?basic_(string(?:_view)?|[io]?stringstream|[io]stream|[io]?fstream)<…>(?=::)/.exec(
      shown,
    );
  if (form === null) return shown;
  const of = /^std::(?:__cxx11::|__1::)?basic_\w+<(char|wchar_t)(?:,|>)/.exec(name)?.[1];
  if (of === undefined) return shown;
  return `std::${of === "char" ? "" : "w"}${form[1]}${shown.slice(form[0].length)}`;
}

/** A library's name without its version: `libnss_compat-2.31.so` and `libnss_compat.so.2` are `libnss_compat`. */
export function moduleName(module: string): string {
  return module.replace(/(?:-\d+(?:\.\d+)*)?\.so(?:\.\d+)*$/, "").replace(/^ld-(?:linux|musl).*$/, "ld");
}

/** Whether a module is a shared object, not the program. */
export function isLibrary(module: string): boolean {
  return /\.so(?:\.\d+)*$/.test(module);
}

/** How gdb shows a compiler's suffix of a C++ name: `std::terminate() [clone .cold]`. */
function withoutClone(name: string): string {
  return name.replace(/(?: \[clone [^\]]*\])+$/, "");
}

/** `ns::f(int (*)(char)) const` -> `ns::f`; `(anonymous namespace)::f` stays. */
function withoutParameters(name: string): string {
  const end = name.endsWith(" const") ? name.length - 6 : name.length;
  if (name[end - 1] !== ")" || name.endsWith("operator()")) return name;
  let depth = 0;
  for (let i = end - 1; i > 0; i--) {
    if (name[i] === ")") depth++;
    else if (name[i] === "(" && --depth === 0) return name.slice(0, i);
  }
  return name;
}

/** `void std::__invoke_impl` -> `std::__invoke_impl`: of a template function the demangled name begins with what it returns. */
function withoutReturnType(name: string): string {
  if (!name.includes(" ") || !/^[A-Za-z_]/.test(name) || /\boperator\b|[/\\@]|: /.test(name)) return name;
  let depth = 0;
  for (let i = name.length - 1; i > 0; i--) {
    const sign = name[i] as string;
    if (")]}>".includes(sign)) depth++;
    else if ("([{<".includes(sign)) depth--;
    else if (sign === " " && depth === 0) {
      const rest = name.slice(i + 1).replace(/^[*&]+/, "");
      return /^[\w~(][^ ]*::|^[A-Za-z_~]\w*(?:<…>)?$/.test(rest) ? rest : name;
    }
  }
  return name;
}
