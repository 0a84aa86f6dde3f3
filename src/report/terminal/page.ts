import cliTruncate from "cli-truncate";
import wrapAnsi from "wrap-ansi";
import { clipLine } from "../../text/clip.js";
import { gridOf } from "../grid.js";
import type { Result } from "../../result/result.js";
import { columnLines } from "./columns.js";
import { gridLines } from "./grid.js";
import { painter, type Paint, type Role } from "./paint.js";
import { shellLines } from "./shell-lines.js";
import { tableLines, type Column, type TableCell } from "./table.js";

export interface TerminalOptions {
  readonly color: boolean;
  /** Width of the terminal; lines are no longer. */
  readonly columns?: number;
  /** Where the reports lie, as a reader would type it. */
  readonly reports?: readonly string[];
}

/** Lines that fit the terminal, in the order in which they are added. */
export class TerminalPage {
  readonly #paint: Paint;
  readonly #room: number;
  readonly #lines: string[] = [];

  constructor({ color, columns = 80 }: TerminalOptions) {
    this.#paint = painter(color);
    this.#room = Math.max(40, columns);
  }

  /** A paragraph, wrapped; its lines but the first are indented by `hang` more. */
  text(text: string, indent = 0, hang = 0, role?: Role): void {
    const room = this.#room - indent - hang;
    const lines = wrapAnsi(clipLine(text, 2000), room, { hard: true, trim: true }).split("\n");
    lines.forEach((line, i) => {
      const painted = role === undefined ? line : this.#paint(role, line);
      this.#lines.push(" ".repeat(indent + (i === 0 ? 0 : hang)) + painted);
    });
  }

  /** Lines as they are, cut where the terminal ends: their columns mean something. */
  code(lines: readonly string[], indent = 2): void {
    for (const line of lines)
      this.#lines.push(" ".repeat(indent) + cliTruncate(clipLine(line, 2000), this.#room - indent));
  }

  /** A shell's command, whole: it is there to be copied. */
  shell(command: string, indent = 2): void {
    for (const line of shellLines(clipLine(command, 4000), this.#room - indent))
      this.#lines.push(" ".repeat(indent) + line);
  }

  title(text: string): void {
    this.gap();
    this.text(text, 0, 0, "title");
  }

  gap(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== "") this.#lines.push("");
  }

  table(columns: readonly Column[], rows: readonly (readonly TableCell[])[]): void {
    this.gap();
    this.#lines.push(...tableLines(columns, rows, this.#room, this.#paint));
  }

  /** Texts side by side, each wrapped in its column; nothing where the terminal is too narrow for them. */
  columns(titles: readonly string[], rows: readonly (readonly string[])[], indent = 0): void {
    const lines = columnLines(titles, rows, this.#room - indent);
    if (lines === null) return;
    this.gap();
    for (const line of lines) this.#lines.push(line === "" ? "" : " ".repeat(indent) + line);
  }

  grid(result: Result, signatures: ReadonlyMap<string, string>): boolean {
    const grid = gridOf(result);
    if (grid === null) return false;
    this.gap();
    this.#lines.push(...gridLines(grid, signatures, this.#room, this.#paint));
    return true;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}
