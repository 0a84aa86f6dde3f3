const LENGTH = /\d{1,4}/y;
const STANDARD: Readonly<Record<string, string>> = {
  St: "std",
  Sa: "std::allocator",
  Ss: "std::string",
  Sb: "std::basic_string",
};

/**
 * A mangled C++ name's path, without its parameters and its template's arguments: `_ZN4Item3getEv` -> `Item::get`, `_Z7do_workPKc` ->
 * `do_work` (Itanium C++ ABI, 5.1). A name that this does not cover stays as it is: it tells a crash from others as well.
 */
export function demangled(name: string): string {
  const mangled = name.replace(/^_(?=_Z)/, "");
  if (!/^_ZN?[KVrRO]{0,3}(?:S[tasb])?L?\d/.test(mangled)) return name;
  const nested = mangled[2] === "N";
  let at = nested ? 3 : 2;
  while (nested && "KVrRO".includes(mangled[at] ?? " ")) at++;
  const parts: string[] = [];
  const standard = STANDARD[mangled.slice(at, at + 2)];
  if (standard !== undefined) {
    parts.push(standard);
    at += 2;
  }
  while (at < mangled.length) {
    if (mangled[at] === "L") at++;
    const part = partAt(mangled, at);
    if (part === null) break;
    parts.push(part.name);
    at = part.end;
    if (!nested) break;
  }
  return parts.length === 0 ? name : parts.join("::");
}

function partAt(text: string, at: number): { name: string; end: number } | null {
  LENGTH.lastIndex = at;
  const digits = LENGTH.exec(text)?.[0];
  if (digits === undefined) return null;
  const start = at + digits.length;
  const name = text.slice(start, start + Number(digits));
  if (name.length !== Number(digits) || !/^[A-Za-z_][\w.$]*$/.test(name)) return null;
  return { name: name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name, end: start + name.length };
}
