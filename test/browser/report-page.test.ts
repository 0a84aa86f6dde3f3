/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { html } from "../../src/report/html.js";
import { plots } from "../../src/report/plots.js";
import { SAMPLES, sample } from "../report/samples.js";
import { launch } from "./chromium.js";

const folder = mkdtempSync(join(tmpdir(), "vivarium-page-"));
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const VIEWS = {
  light: { viewport: { width: 1200, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true, isMobile: true },
} as const satisfies Record<string, BrowserContextOptions>;

/** Opens a document as a file and collects all that it says, asks or fetches. */
async function open(name: string, content: string, view: BrowserContextOptions) {
  const file = join(folder, name);
  writeFileSync(file, content);
  const page = await browser.newPage(view);
  const said: string[] = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) said.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, said };
}

/** What axe finds, with every fold open. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  expect(passes.map(({ id }) => id)).toContain("color-contrast");
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}

/** Samples that between them have every part of a page; the others are opened in one view. */
const WHOLE = ["flaky-grid", "nine-environments", "hostile"];
const cases = SAMPLES.flatMap((name) =>
  (Object.keys(VIEWS) as (keyof typeof VIEWS)[])
    .filter((view) => view === "phone" || WHOLE.includes(name))
    .map((view) => ({ name, view })),
);

describe("the page", () => {
  it.each(cases)(
    "is quiet, accessible and no wider than its window: $name, $view",
    async ({ name, view }) => {
      const text = html(sample(name));
      expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
      const { page, said } = await open(`${name}.html`, text, VIEWS[view]);
      expect(await violations(page)).toEqual([]);
      const { scrolled, width } = await page.evaluate(() => ({
        scrolled: document.documentElement.scrollWidth,
        width: document.documentElement.clientWidth,
      }));
      expect(scrolled).toBeLessThanOrEqual(width);
      expect(
        await page.evaluate(() => document.querySelectorAll("script, iframe, img, object, form").length),
      ).toBe(0);
      expect(said).toEqual([]);
      await page.close();
    },
  );

  it("is dark where the reader wants it, and light on paper", async () => {
    const { page } = await open("scheme.html", html(sample("nine-environments")), VIEWS.dark);
    const lightness = () =>
      page.evaluate(() => {
        const [r = 0, g = 0, b = 0] =
          getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
        return (r + g + b) / 765;
      });
    expect(await lightness()).toBeLessThan(0.2);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await lightness()).toBeGreaterThan(0.9);
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    expect(await lightness()).toBeGreaterThan(0.9);
    await page.close();
  });

  it("prints what is folded", async () => {
    const { page } = await open("print.html", html(sample("one-crash")), VIEWS.light);
    const height = () =>
      page.evaluate(() => document.querySelector("details pre")?.getBoundingClientRect().height ?? 0);
    expect(await page.evaluate(() => document.querySelector("details")?.open)).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await height()).toBeGreaterThan(20);
    await page.close();
  });

  it("can be used by keyboard: skip link, folds, regions that scroll", async () => {
    const { page } = await open("keys.html", html(sample("one-crash")), VIEWS.light);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the results");
    const visible = await page.evaluate(() => document.activeElement?.getBoundingClientRect().left ?? -1);
    expect(visible).toBeGreaterThanOrEqual(0);
    await page.keyboard.press("Enter");
    expect(page.url()).toMatch(/#environments$/);
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.querySelector("details")?.open)).toBe(true);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("pre");
    await page.close();
  });

  it("leads from a letter to its crash", async () => {
    const { page } = await open("links.html", html(sample("flaky-grid")), VIEWS.light);
    const broken = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')]
        .map((link) => link.getAttribute("href") ?? "")
        .filter((href) => document.querySelector(href) === null),
    );
    expect(broken).toEqual([]);
    expect(await page.locator("a.badge").count()).toBeGreaterThan(3);
    const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    await page.close();
  });

  it("shows the grid with the same letter for the same crash", async () => {
    const { page } = await open("grid.html", html(sample("flaky-grid")), VIEWS.light);
    const cells = await page.evaluate(() =>
      [...document.querySelectorAll("table.grid tbody tr")].map((row) =>
        [...row.children].map((cell) => (cell.textContent ?? "").replace(/\s+/g, " ").trim()),
      ),
    );
    expect(cells).toEqual([
      ["glibc 2.31", "A 12.5 % of 400", "not asked", "not asked"],
      ["glibc 2.36", "A 11 % B 0.5 % of 400", "A 9.8 % of 400", "not asked"],
      ["glibc 2.41", "clean of 400", "clean of 400", "clean of 400"],
    ]);
    await page.close();
  });
});

describe("the plots as files", () => {
  it.each(SAMPLES)("open without a word, in both schemes: %s", async (name) => {
    for (const [file, svg] of Object.entries(plots(sample(name)))) {
      const { page, said } = await open(`${name}-${file}`, svg, VIEWS.dark);
      const { root, texts } = await page.evaluate(() => ({
        root: document.documentElement.localName,
        texts: document.querySelectorAll("text").length,
      }));
      expect([file, root]).toEqual([file, "svg"]);
      expect(texts).toBeGreaterThan(2);
      expect(said).toEqual([]);
      await page.close();
    }
  });
});
