import type { ParsedLanguage } from "./grammar.js";

/** What the node types of a grammar mean for taking a program apart. */
export interface Shape {
  /** Their named children stand one after the other, and each can be taken out: statements, declarations. */
  readonly sequences: ReadonlySet<string>;
  /** Their named children are parted by commas. */
  readonly commaLists: ReadonlySet<string>;
  /** Nodes that hold others' bodies: node type -> fields (or child types) whose content may take the node's place. */
  readonly wrappers: Readonly<Record<string, readonly string[]>>;
  /** Blocks with braces around their statements. */
  readonly blocks: ReadonlySet<string>;
  /** Nodes that name something: an identifier of any kind. */
  readonly names: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly loops: ReadonlySet<string>;
  readonly call: string;
  readonly comments: ReadonlySet<string>;
}

const C: Shape = {
  sequences: new Set([
    "translation_unit",
    "compound_statement",
    "case_statement",
    "declaration_list",
    "field_declaration_list",
    "preproc_if",
    "preproc_ifdef",
    "preproc_else",
  ]),
  commaLists: new Set(["initializer_list", "enumerator_list", "argument_list"]),
  wrappers: {
    if_statement: ["consequence", "alternative"],
    else_clause: ["*"],
    while_statement: ["body"],
    do_statement: ["body"],
    for_statement: ["body"],
    for_range_loop: ["body"],
    switch_statement: ["body"],
    labeled_statement: ["*"],
    case_statement: ["*"],
    compound_statement: ["*"],
    try_statement: ["body"],
    linkage_specification: ["body"],
    namespace_definition: ["body"],
    preproc_if: ["*"],
    preproc_ifdef: ["*"],
  },
  blocks: new Set(["compound_statement", "declaration_list"]),
  names: new Set(["identifier", "type_identifier", "field_identifier", "namespace_identifier"]),
  functions: new Set(["function_definition"]),
  loops: new Set(["for_statement", "while_statement", "do_statement", "for_range_loop"]),
  call: "call_expression",
  comments: new Set(["comment"]),
};

const GO: Shape = {
  sequences: new Set([
    "source_file",
    "statement_list",
    "import_spec_list",
    "var_spec_list",
    "var_declaration",
    "const_declaration",
    "type_declaration",
    "field_declaration_list",
    "expression_switch_statement",
    "type_switch_statement",
    "select_statement",
    "interface_type",
  ]),
  commaLists: new Set(["literal_value", "argument_list"]),
  wrappers: {
    if_statement: ["consequence", "alternative"],
    for_statement: ["body"],
    block: ["*"],
    go_statement: ["*"],
    defer_statement: ["*"],
    labeled_statement: ["*"],
    expression_case: ["*"],
    default_case: ["*"],
    communication_case: ["*"],
  },
  blocks: new Set(["block"]),
  names: new Set(["identifier", "type_identifier", "field_identifier", "package_identifier"]),
  functions: new Set(["function_declaration", "method_declaration"]),
  loops: new Set(["for_statement"]),
  call: "call_expression",
  comments: new Set(["comment"]),
};

/** How programs of a language are taken apart. */
export function shapeOf(language: ParsedLanguage): Shape {
  return language === "go" ? GO : C;
}
