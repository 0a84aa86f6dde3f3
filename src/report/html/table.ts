import { html, type Markup } from "./markup.js";

export interface Column<Row> {
  readonly title: string;
  readonly number?: boolean;
  /** Extra class of its cells. */
  style?(row: Row): string;
  cell(row: Row): Markup | string;
}

/**
 * A table that scrolls sideways on its own where the page is too narrow, by keyboard too; on a phone each row becomes a
 * card in which every cell carries its column's title. The first column names the row.
 */
export function table<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  const classes = (column: Column<Row>, row?: Row) =>
    [column.number === true ? "number" : "", row === undefined ? "" : (column.style?.(row) ?? "")]
      .join(" ")
      .trim();
  const head = columns.map((column) => html`<th scope="col" class="${classes(column)}">${column.title}</th>`);
  const body = rows.map((row) => {
    const cells = columns.map((column, i) =>
      i === 0
        ? html`<th scope="row">${column.cell(row)}</th>`
        : html`<td class="${classes(column, row)}" data-label="${column.title}">${column.cell(row)}</td>`,
    );
    return html`<tr>
      ${cells}
    </tr> `;
  });
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">
    <table class="cards">
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}
