import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { bugzillaTracker } from "../../src/commands/attach/bugzilla.js";
import { gitHubTracker } from "../../src/commands/attach/github.js";
import { marker, parseDestination } from "../../src/commands/attach/tracker.js";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}
type Answer = (seen: Seen) => { status?: number; headers?: Record<string, string>; body?: unknown } | null;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server on loopback that speaks the documented shapes of the two APIs; null: it never answers. */
async function serve(answer: Answer): Promise<{ address: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const one = {
      method: request.method as string,
      path: request.url as string,
      headers: request.headers,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    seen.push(one);
    const answered = answer(one);
    if (answered === null) return;
    response.writeHead(answered.status ?? 200, { "content-type": "application/json", ...answered.headers });
    response.end(JSON.stringify(answered.body ?? {}));
  };
  server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const never = new AbortController().signal;
const letter = { title: "it crashes", text: "It crashes.\n", about: "golang-13470" };
const TOKEN = "a-secret-token";

describe("GitHub", () => {
  const tracker = (api: string) =>
    gitHubTracker(
      { kind: "github", owner: "o", repo: "r", number: 7 },
      { token: TOKEN, api, retryAfterMs: 1 },
    );
  const me = { body: { login: "me" } };
  const comments =
    (list: unknown[]): Answer =>
    ({ method, path }) => {
      if (path === "/user") return me;
      if (method === "GET") return { body: path.includes("page=1") || !path.includes("page=") ? list : [] };
      return {
        status: method === "POST" ? 201 : 200,
        body: { html_url: "https://github.com/o/r/issues/7#c" },
      };
    };

  test("gets a new comment where we have none, with the token in a header only", async () => {
    const others = [
      { id: 1, user: { login: "other" }, body: `x ${marker("golang-13470")}` },
      { id: 2, user: { login: "me" }, body: "no marker" },
    ];
    const { address, seen } = await serve(comments(others));
    const sent = await tracker(address).send(letter, never);
    expect(sent).toEqual({ url: "https://github.com/o/r/issues/7#c", replaced: false });
    const post = seen.find(({ method }) => method === "POST");
    expect(post?.path).toBe("/repos/o/r/issues/7/comments");
    expect(post?.body).toEqual({ body: `It crashes.\n\n${marker("golang-13470")}\n` });
    expect(post?.headers.authorization).toBe(`token ${TOKEN}`);
    expect(JSON.stringify(seen.map(({ path, body }) => [path, body]))).not.toContain(TOKEN);
  });

  test("has our own earlier comment changed in place of a second one", async () => {
    const { address, seen } = await serve(
      comments([{ id: 5, user: { login: "me" }, body: marker("golang-13470") }]),
    );
    expect((await tracker(address).send(letter, never)).replaced).toBe(true);
    expect(seen.map(({ method }) => method)).toEqual(["GET", "GET", "PATCH"]);
    expect(seen[2]?.path).toBe("/repos/o/r/issues/comments/5");
  });

  test.each<[string, ReturnType<Answer>, string, string]>([
    [
      "a wrong token",
      { status: 401, body: { message: "Bad credentials" } },
      "does not know this token",
      "GITHUB_TOKEN",
    ],
    [
      "a rate limit",
      {
        status: 403,
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000000" },
        body: { message: "limit" },
      },
      "rate limit is used up",
      "2027-01-15T08:00:00.000Z",
    ],
    [
      "a token without the right",
      { status: 403, body: { message: "Resource not accessible" } },
      "may not comment on o/r#7",
      "write access",
    ],
    ["no such issue", { status: 404, body: { message: "Not Found" } }, "GitHub has no o/r#7", ""],
  ])("with %s is told in words, and the token is not", async (_what, answer, message, remedy) => {
    const { address } = await serve(() => answer);
    const failure = await tracker(address)
      .send(letter, never)
      .catch((error: unknown) => error as Error & { remedy: string | null });
    expect(failure).toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining(message) as string,
    });
    if (remedy !== "") expect((failure as { remedy: string }).remedy).toContain(remedy);
    expect(`${(failure as Error).stack} ${String((failure as Error).cause)}`).not.toContain(TOKEN);
  });

  test("that fails for a moment is asked again", async () => {
    let first = true;
    const { address, seen } = await serve((one) => {
      if (first) {
        first = false;
        return { status: 502 };
      }
      return comments([])(one);
    });
    await tracker(address).send(letter, never);
    expect(seen.filter(({ path }) => path === "/user")).toHaveLength(2);
  });

  test("that never answers is left at an interruption", async () => {
    const { address } = await serve(() => null);
    const stop = new AbortController();
    const sending = tracker(address).send(letter, stop.signal);
    stop.abort(new Error("stopped"));
    await expect(sending).rejects.toThrow("stopped");
  });
});

describe("Bugzilla", () => {
  const tracker = (address: string) =>
    bugzillaTracker({ kind: "bugzilla", address: `${address}/bugzilla`, id: 19341 }, TOKEN);

  test("gets an attachment, and ours of before is made obsolete", async () => {
    const list = [
      { id: 1, file_name: "vivarium-golang-13470.txt", is_obsolete: 1 },
      { id: 2, file_name: "vivarium-golang-13470.txt", is_obsolete: 0 },
      { id: 3, file_name: "other.txt", is_obsolete: 0 },
    ];
    const { address, seen } = await serve(({ method }) =>
      method === "GET" ? { body: { bugs: { "19341": list } } } : { status: 201, body: { ids: ["9"] } },
    );
    const sent = await tracker(address).send(letter, never);
    expect(sent).toEqual({ url: `${address}/bugzilla/attachment.cgi?id=9`, replaced: true });
    expect(seen.map(({ method, path }) => `${method} ${path.split("?")[0]}`)).toEqual([
      "GET /bugzilla/rest/bug/19341/attachment",
      "POST /bugzilla/rest/bug/19341/attachment",
      "PUT /bugzilla/rest/bug/attachment/2",
    ]);
    expect(Buffer.from(seen[1]?.body["data"] as string, "base64").toString()).toBe("It crashes.\n");
    expect(
      seen.every(({ headers, path }) => headers["x-bugzilla-api-key"] === TOKEN && !path.includes(TOKEN)),
    ).toBe(true);
  });

  test.each<[string, ReturnType<Answer>, string]>([
    [
      "a wrong key",
      { status: 400, body: { error: true, code: 306, message: "The API key is invalid" } },
      "does not accept this API key",
    ],
    [
      "a bug that is not there",
      { status: 404, body: { error: true, code: 101, message: "Bug #19341 does not exist." } },
      "Bug #19341 does not exist",
    ],
    ["a rate limit", { status: 429, headers: { "retry-after": "30" } }, "rate limit"],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:9/" } }, "could not be reached"],
  ])("with %s is told in words", async (_what, answer, message) => {
    const { address } = await serve(() => answer);
    const failure = await tracker(address)
      .send(letter, never)
      .catch((error: unknown) => error as Error);
    expect((failure as Error).message).toContain(message);
    expect(String((failure as Error).stack)).not.toContain(TOKEN);
  });
});

describe("a destination", () => {
  test.each([
    ["golang/go#13470", { kind: "github", owner: "golang", repo: "go", number: 13470 }],
    [
      "https://github.com/golang/go/issues/13470",
      { kind: "github", owner: "golang", repo: "go", number: 13470 },
    ],
    [
      "bugzilla:https://sourceware.org/bugzilla/show_bug.cgi?id=19341",
      { kind: "bugzilla", address: "https://sourceware.org/bugzilla", id: 19341 },
    ],
  ])("%s", (text, destination) => {
    expect(parseDestination(text)).toEqual(destination);
  });

  test.each(["golang/go", "bugzilla:https://x/", "bugzilla:file:///etc/passwd?id=1", "13470"])(
    "%s is refused",
    (text) => {
      expect(() => parseDestination(text)).toThrow("not a tracker that vivarium knows");
    },
  );
});
