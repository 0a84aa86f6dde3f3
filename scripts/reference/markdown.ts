/** A table of GitHub's Markdown; a cell's pipes and line breaks are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replace(/\\?\|/g, "\\|").replace(/\s*\n\s*/g, " ");
}

/** A page: its title, a line that says where it comes from, its sections. */
export function page(title: string, lead: string, sections: readonly string[]): string {
  const made = "<!-- Made by `npm run reference` from the code. Edit the code, not this page. -->";
  return `${[`# ${title}`, made, lead, ...sections].join("\n\n")}\n`;
}

export function code(text: string): string {
  return `\`${text}\``;
}
