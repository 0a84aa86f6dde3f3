import { clipLine, clipLines } from "../../text/clip.js";
import { codes } from "../../text/phrase.js";
import { buildsByHand, campaignCommand } from "../reproduce.js";
import type { EnvironmentRecord, Result } from "../../result/result.js";
import { codeOf, html, phrase, type Markup } from "./markup.js";
import { fold, lines, section } from "./parts.js";
import { table, type Column } from "./table.js";

/** How to run it again: the one command, and the compile commands. */
export function reproduceSection(result: Result): Markup {
  const builds = buildsByHand(result)
    .slice(0, 40)
    .map(({ environments, commands, linkWarnings }) =>
      fold(
        html`Build commands for ${phrase(codes(environments.map(({ id }) => id)))}`,
        lines("Build commands", clipLines(commands, 80, 4000)),
        linkWarnings.length === 0 ? null : html`<p>The linker’s warnings:</p>`,
        lines("Linker’s warnings", clipLines(linkWarnings, 80, 600)),
      ),
    );
  return section(
    "reproduce",
    "Reproduce",
    lines("Command that repeats this campaign", [clipLine(campaignCommand(result), 4000)]),
    html`<div class="folds">${builds}</div>`,
  );
}

/** Enough of a digest to tell two apart; all of it on demand. */
function digest(hex: string): Markup {
  return html`<code class="short" title="${hex}">${hex.slice(0, 12)}</code>`;
}

/** Versions that were read out of the images, and what identifies images and binaries. */
export function pinSection(result: Result): Markup {
  const columns: Column<EnvironmentRecord>[] = [
    { title: "environment", cell: ({ id }) => codeOf(id) },
    { title: "libc package", cell: ({ libc }) => codeOf(libc.package) },
    { title: "Go", cell: ({ go }) => (go ? codeOf(go.version) : "–") },
    { title: "compiler", cell: ({ compiler }) => compiler },
    { title: "image", cell: ({ image }) => digest(image.replace(/^sha256:/, "")) },
    {
      title: "binary",
      cell: ({ binary }) =>
        binary ? html`<span>${digest(binary.sha256)} ${binary.link}</span>` : "not built",
    },
  ];
  const packages = result.environments.flatMap(({ id, packages }) => {
    const entries = Object.entries(packages).slice(0, 60);
    if (entries.length === 0) return [];
    const names = entries.map(
      ([name, version]) =>
        html`<dt>${codeOf(name)}</dt>
          <dd>${version}</dd>`,
    );
    return [fold(html`Packages in ${codeOf(id)}`, html`<dl class="packages">${names}</dl>`)];
  });
  const added = result.environments.flatMap(({ id, addedPackages = {} }) => {
    const entries = Object.entries(addedPackages).slice(0, 60);
    const names = codes(entries.map(([name, version]) => `${name} ${version}`));
    return entries.length === 0 ? [] : [html`<p>Added to ${codeOf(id)}: ${phrase(names)}.</p>`];
  });
  return section(
    "pins",
    "Versions and pins",
    table("Versions and pins", columns, result.environments),
    html`${added}`,
    html`<div class="folds">${packages}</div>`,
  );
}
