const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  "#39": "'",
  "#x27": "'",
  "#34": '"',
  "#60": "<",
  "#62": ">",
  "#160": " ",
  "#10": "",
};
const ENTITY = /&(lt|gt|amp|quot|apos|nbsp|#(?:x27|39|34|60|62|160|10));/g;
/** Tags that pages put around a log. At a line's ends alone: `std::vector<p>` is no paragraph. */
const OPENING =
  /^\s*(?:<(?:pre|code|samp|tt|p|div|span|blockquote|article|section|body|html|table|tbody|tr|td|th|li|details|summary)(?: [^<>]{0,300})?>)+/i;
const CLOSING =
  /(?:<\/(?:pre|code|samp|tt|p|div|span|blockquote|article|section|body|html|td|th|tr|tbody|table|details|summary|font|li)>|<br ?\/?>)+\s*$/i;
/** Between the cells of a table: a line's number and the line. */
const CELLS = /<\/t[dh]>\s*<t[dh](?: [^<>]{0,300})?>/gi;
const COLOURS = /<\/?(?:span|font)(?: [^<>]{0,300})?>|<\/(?:b|strong|em)>/gi;

/** Colours whose escape character was lost or made visible on the way: `^[[31m`, `␛[0m`, `\x1b[1m`, `[0m`. */
const PASTED_COLOURS =
  /(?:\^\[|\u241b|\\(?:x1b|e|033|u001b))\[[\d;]{0,20}[A-Za-z]|\[(?:(?:\d{1,3};){0,4}\d{1,3}m|m(?![\w-]))/gi;

/** A test's output in JUnit's XML. */
const CDATA_OPENS = /^\s*(?:<[\w:-]{1,40}(?: [^<>]{0,1000})?>\s*){0,4}<!\[CDATA\[/;
const CDATA_CLOSES = /\]\]>(?:\s*<\/[\w:-]{1,40}>){0,4}\s*$/;

/** A line without the markup of a page: tags around it, entities, Markdown's escapes, colours that were pasted as text. */
export function withoutMarkup(line: string): string {
  let text = line;
  if (text.includes("<![CDATA[")) text = text.replace(CDATA_OPENS, "");
  if (text.includes("]]>")) text = text.replace(CDATA_CLOSES, "");
  if (text.includes("</t")) text = text.replace(CELLS, " ");
  if (text.includes("<")) text = text.replace(OPENING, "").replace(CLOSING, "").replace(COLOURS, "");
  if (text.includes("&")) text = text.replace(ENTITY, (all, name: string) => ENTITIES[name] ?? all);
  if (text.includes("\\")) text = text.replace(/\\(?=\*)/g, "").replace(/^(\s*)\\#/, "$1#");
  if (text.includes("[") && /\[\d{0,3}(?:;\d{1,3}){0,4}m/.test(text)) text = text.replace(PASTED_COLOURS, "");
  return text;
}
