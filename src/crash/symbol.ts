/**
 * A symbol's name as its author wrote it, alike in every build: without compiler suffixes (`.constprop.0`, `.cold`), symbol
 * versions (`@plt`, `@@GLIBC_2.2.5`), the variant that libc picked for this processor (`__strlen_avx2` -> `strlen`),
 * libc's internal marks (`__GI___libc_free` -> `free`) and cgo's hash (`_cgo_709c8d94a9f9_Cfunc_f` -> `_Cfunc_f`).
 */
export function symbolName(name: string): string {
  const plain = withoutParameters(name)
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
    .replace(/^__libc_(?=(?:free|malloc|calloc|realloc|memalign|start_main|start_call_main)$)/, "")
    .replace(/^_+/, "")
    .replace(
      /_(?:sse\d|ssse3|avx|evex|erms|sse42)(?:[_\d]|unaligned|erms|rtm|evex\d*|avx\w*)*(?:_\w+)?$/,
      "",
    );
  return bare === "" ? plain : bare;
}

/** A library's name without its version: `libnss_compat-2.31.so` and `libnss_compat.so.2` are `libnss_compat`. */
export function moduleName(module: string): string {
  return module.replace(/(?:-\d+(?:\.\d+)*)?\.so(?:\.\d+)*$/, "").replace(/^ld-(?:linux|musl).*$/, "ld");
}

/** Whether a module is a shared object, not the program. */
export function isLibrary(module: string): boolean {
  return /\.so(?:\.\d+)*$/.test(module);
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
