import type { Node } from "web-tree-sitter";
import type { Grammar } from "../syntax/grammar.js";
import { namedChildren, outwards, walk } from "../syntax/program.js";
import { declarationsOf, type Declarations, type Declared } from "./go-declarations.js";
import type { GoPackage } from "./go-tree.js";

/** Fields within fields that a name is looked for in, types behind types, expressions behind variables. */
const DEPTH = 6;

/** Says which declaration a call means, as far as one can tell without a type checker: never a wrong one, now and then none. */
export class GoTypes {
  private readonly known = new Map<string, Declarations>();

  constructor(
    private readonly grammar: Grammar,
    readonly packages: ReadonlyMap<string, GoPackage>,
  ) {}

  declarations(pkg: GoPackage): Declarations {
    const known = this.known.get(pkg.path) ?? declarationsOf(this.grammar, pkg);
    this.known.set(pkg.path, known);
    return known;
  }

  /** The function that a call in `from` calls; null: a variable's, an interface's, a built-in one, or not told. */
  callee(call: Node, from: Declared, depth = 0): Declared | null {
    const called = call.childForFieldName("function");
    if (called === null || depth > DEPTH) return null;
    if (called.type === "identifier") {
      if (this.local(called, from) !== null) return null;
      return this.declarations(from.pkg).functions.get(called.text) ?? null;
    }
    if (called.type !== "selector_expression") return null;
    const operand = called.childForFieldName("operand");
    const field = called.childForFieldName("field")?.text ?? "";
    if (operand === null) return null;
    const imported = this.importedBy(operand, from);
    if (imported !== null) return this.declarations(imported).functions.get(field) ?? null;
    const type = this.typeOf(operand, from, depth + 1);
    return type === null ? null : this.method(type, field);
  }

  private method(type: Declared, name: string, depth = 0): Declared | null {
    const own = type.node.childForFieldName("name")?.text ?? "";
    const found = this.declarations(type.pkg).functions.get(`${own}.${name}`);
    if (found !== undefined || depth > DEPTH) return found ?? null;
    for (const field of fieldsOf(type.node)) {
      if (field.childForFieldName("name") !== null) continue;
      const inner = this.namedType(field.childForFieldName("type"), type);
      const promoted = inner === null ? null : this.method(inner, name, depth + 1);
      if (promoted !== null) return promoted;
    }
    return null;
  }

  /** The declaration of an expression's type, pointers left out. */
  private typeOf(expression: Node, from: Declared, depth: number): Declared | null {
    if (depth > DEPTH) return null;
    const inner = (field: string): Declared | null => {
      const node = expression.childForFieldName(field);
      return node === null ? null : this.typeOf(node, from, depth + 1);
    };
    switch (expression.type) {
      case "identifier":
        return this.variable(expression, from, depth);
      case "selector_expression":
        return this.selected(expression, from, depth);
      case "call_expression":
        return this.result(expression, 0, from, depth);
      case "composite_literal":
      case "type_assertion_expression":
        return this.namedType(expression.childForFieldName("type"), from);
      case "unary_expression":
        return inner("operand");
      case "parenthesized_expression": {
        const [only] = namedChildren(expression);
        return only === undefined ? null : this.typeOf(only, from, depth + 1);
      }
      default:
        return null;
    }
  }

  private selected(expression: Node, from: Declared, depth: number): Declared | null {
    const operand = expression.childForFieldName("operand");
    const field = expression.childForFieldName("field")?.text ?? "";
    if (operand === null) return null;
    const imported = this.importedBy(operand, from);
    if (imported !== null) return this.globalType(imported, field, depth);
    const type = this.typeOf(operand, from, depth + 1);
    return type === null ? null : this.fieldType(type, field);
  }

  private fieldType(type: Declared, name: string, depth = 0): Declared | null {
    const fields = fieldsOf(type.node);
    const own = fields.find((field) =>
      field.childrenForFieldName("name").some((each) => each?.text === name),
    );
    if (own !== undefined) return this.namedType(own.childForFieldName("type"), type);
    if (depth > DEPTH) return null;
    for (const field of fields) {
      if (field.childForFieldName("name") !== null) continue;
      const embedded = this.namedType(field.childForFieldName("type"), type);
      if (embedded === null) continue;
      if (embedded.node.childForFieldName("name")?.text === name) return embedded;
      const promoted = this.fieldType(embedded, name, depth + 1);
      if (promoted !== null) return promoted;
    }
    return null;
  }

  private result(call: Node, at: number, from: Declared, depth: number): Declared | null {
    const name = call.childForFieldName("function");
    const [first] = namedChildren(call.childForFieldName("arguments") ?? call);
    if (name?.text === "new" && first !== undefined) return this.namedType(first, from);
    const callee = this.callee(call, from, depth + 1);
    if (callee === null) return null;
    return this.namedType(resultTypes(callee.node)[at] ?? null, callee);
  }

  private variable(name: Node, from: Declared, depth: number): Declared | null {
    const declared = this.local(name, from);
    if (declared === null) return this.globalType(from.pkg, name.text, depth);
    return this.declaredType(declared, name.text, from, depth);
  }

  private globalType(pkg: GoPackage, name: string, depth: number): Declared | null {
    const variable = this.declarations(pkg).variables.get(name);
    return variable === undefined ? null : this.declaredType(variable.node, name, variable, depth);
  }

  private declaredType(declaration: Node, name: string, from: Declared, depth: number): Declared | null {
    const type = declaration.childForFieldName("type");
    if (type !== null) return this.namedType(type, from);
    const isShort = declaration.type === "short_var_declaration";
    const names = isShort
      ? namedChildren(declaration.childForFieldName("left") ?? declaration)
      : declaration.childrenForFieldName("name");
    const at = names.findIndex((each) => each?.text === name);
    const values = declaration.childForFieldName(isShort ? "right" : "value");
    const given = values === null ? [] : namedChildren(values);
    const [only] = given;
    if (given.length === 1 && at > 0 && only?.type === "call_expression")
      return this.result(only, at, from, depth + 1);
    const value = given[at];
    return value === undefined ? null : this.typeOf(value, from, depth + 1);
  }

  /** What declares a name inside of the function that it is used in: the last before it whose block is around it. */
  private local(name: Node, { node }: Declared): Node | null {
    if (!/^(function|method)_declaration$/.test(node.type)) return null;
    const around = new Set([...outwards(name)].map(({ id }) => id));
    let found: Node | null = null;
    for (const each of walk(node)) {
      if (each.startIndex >= name.startIndex) break;
      if (!/^(short_var_declaration|var_spec|parameter_declaration|range_clause)$/.test(each.type)) continue;
      const names =
        each.childForFieldName("left") === null
          ? each.childrenForFieldName("name")
          : namedChildren(each.childForFieldName("left") ?? each);
      const isIt = names.some((one) => one?.text === name.text) && each.endIndex <= name.startIndex;
      if (isIt && around.has(scopeOf(each)?.id ?? -1)) found = each;
    }
    return found;
  }

  private importedBy(operand: Node, from: Declared): GoPackage | null {
    if (operand.type !== "identifier" || this.local(operand, from) !== null) return null;
    return this.imported(operand.text, from);
  }

  private imported(name: string, { pkg, file }: Declared): GoPackage | null {
    const path = this.declarations(pkg).imports.get(file)?.get(name);
    if (path === undefined) return null;
    return this.packages.get(path) ?? this.packages.get(`vendor/${path}`) ?? null;
  }

  private namedType(type: Node | null, from: Declared, depth = 0): Declared | null {
    if (type === null || depth > DEPTH) return null;
    if (type.type === "pointer_type" || type.type === "parenthesized_type")
      return this.namedType(namedChildren(type)[0] ?? null, from, depth + 1);
    const found = this.named(type, from);
    if (found?.node.type !== "type_alias") return found;
    return this.namedType(found.node.childForFieldName("type"), found, depth + 1);
  }

  /** `T`, or `pkg.T`. */
  private named(type: Node, from: Declared): Declared | null {
    const qualifier = type.childForFieldName("package");
    if (qualifier === null) return this.declarations(from.pkg).types.get(type.text) ?? null;
    const pkg = this.imported(qualifier.text, from);
    const name = type.childForFieldName("name")?.text ?? "";
    return pkg === null ? null : (this.declarations(pkg).types.get(name) ?? null);
  }
}

const SCOPE =
  /^(block|function_declaration|method_declaration|func_literal|if_statement|for_statement|expression_case|default_case|communication_case|type_case|expression_switch_statement|type_switch_statement)$/;

/** The node in which a declaration holds. */
function scopeOf(declaration: Node): Node | null {
  return [...outwards(declaration)].slice(1).find(({ type }) => SCOPE.test(type)) ?? null;
}

function fieldsOf(spec: Node): Node[] {
  const type = spec.childForFieldName("type");
  if (type?.type !== "struct_type") return [];
  const [list] = namedChildren(type);
  return list === undefined ? [] : namedChildren(list).filter((each) => each.type === "field_declaration");
}

/** The type of each result of a function, one that has two names twice. */
export function resultTypes(declaration: Node): Node[] {
  const result = declaration.childForFieldName("result");
  if (result === null) return [];
  if (result.type !== "parameter_list") return [result];
  return namedChildren(result).flatMap((each) => {
    const type = each.childForFieldName("type");
    if (type === null) return [];
    return Array.from({ length: Math.max(1, each.childrenForFieldName("name").length) }, () => type);
  });
}
