/**
 * A C++ name without what stands in its outer angle brackets: `std::map<std::string, int>::at` is `std::map<…>::at` with "<…>", and
 * `std::map::at` with "". Operators keep their signs, and names that close more brackets than they open stay as they are, as do those that
 * are nothing else (Python's `<module>`, Ruby's `<main>`).
 */
export function withoutTemplateArguments(name: string, instead: string): string {
  if (!HAS_ARGUMENTS.test(name)) return name;
  let out = "";
  let depth = 0;
  for (let i = 0; i < name.length; i++) {
    const operator = depth === 0 ? OPERATOR.exec(name.slice(i, i + 16)) : null;
    if (operator !== null) {
      out += operator[0];
      i += operator[0].length - 1;
      continue;
    }
    const sign = name[i] as string;
    if (sign === "<" && depth++ === 0) out += instead;
    else if (sign === ">" && name[i - 1] !== "-" && --depth < 0) return name;
    else if (depth === 0 && sign !== "<" && sign !== ">") out += sign;
  }
  // A name that was cut within its brackets.
  return depth === 0 || instead !== "" ? out : `${out}…`;
}

/** A bracket that does not open the whole name, or another one within it. */
const HAS_ARGUMENTS = /^(?!<[^<>]*>$).*</s;
const OPERATOR = /^operator(?:<=>|<<=?|>>=?|<=?|>=?|->\*?)(?=[(<\s]|$)/;
