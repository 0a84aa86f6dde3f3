import { posix } from "node:path";

/**
 * The rule `vivarium/rooms`: data flows one way. A room of src/ imports the rooms before it, a pure room none of Node's modules that
 * touch a clock, a file or the network, and one room alone knows a package such as dockerode. It reads every form of import: `import`,
 * `export from`, `import()` and the types of `import("...")`.
 *
 * Options: `order`, the rooms in which data flows: folders and files under src/, a file that is named apart from its folder after it;
 * `pure`, the folders that are pure; `machine`, the modules that those may not import; `owned`, a package to the room that alone may
 * import it.
 */
export const rooms = {
  meta: {
    type: "problem",
    schema: [{ type: "object" }],
    messages: {
      order: "src/{{from}} may not import src/{{to}}: data flows one way (docs/explanation/architecture.md).",
      pure: "src/{{from}} is pure (no clock, file or network), and {{module}} is not.",
      owned: "Only src/{{owner}} imports {{module}}.",
      unnamed: "Name the module as a plain string: the rooms cannot be checked otherwise.",
      unknown: "src/{{from}} has no place in the order of the rooms (eslint.config.js).",
    },
  },
  create(context) {
    const [{ order, pure, machine, owned }] = context.options;
    const file = inSource(context.filename);
    if (file === null) return {};
    // A folder in a room may have a place of its own: the longest name is the nearest.
    const rooms = [...order].sort((a, b) => b.length - a.length);
    const roomOf = (path) => rooms.find((room) => path === room || path.startsWith(`${room}/`)) ?? path;
    const from = roomOf(file);
    const isPure = pure.some((folder) => file.startsWith(`${folder}/`));

    const check = (node, source) => {
      const report = (messageId, data = {}) => context.report({ node, messageId, data: { from, ...data } });
      if (typeof source?.value !== "string") return report("unnamed");
      const module = source.value;
      if (module.startsWith(".")) {
        const to = roomOf(posix.join(posix.dirname(file), module).replace(/\.js$/, ".ts"));
        if (order.indexOf(to) < 0 || order.indexOf(to) > order.indexOf(from)) report("order", { to });
        return;
      }
      const owner = owned[module];
      if (owner !== undefined && from !== owner) report("owned", { module, owner });
      if (isPure && machine.includes(module.replace(/^node:/, "").replace(/\/.*/, "")))
        report("pure", { module });
    };
    const declared = (node) => node.source && check(node, node.source);
    return {
      Program: (node) =>
        order.includes(from) || context.report({ node, messageId: "unknown", data: { from } }),
      ImportDeclaration: declared,
      ExportNamedDeclaration: declared,
      ExportAllDeclaration: declared,
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source),
    };
  },
};

/** The path of a file under src/; null for any other. */
function inSource(filename) {
  const path = filename.replaceAll("\\", "/");
  const at = path.lastIndexOf("/src/");
  return at < 0 ? null : path.slice(at + "/src/".length);
}
