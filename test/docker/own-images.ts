import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { atEnd } from "./engines.js";
import { SOCKET } from "./raw.js";

/**
 * The engine, seen through a door that shows images with one label alone and removes no other: what a test of `clean`
 * asks for cannot touch what anybody else keeps on the same engine. Returns its address.
 */
export async function ownImagesOnly(label: string, value: string): Promise<string> {
  const own = new Set<string>();
  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const { method, url = "", headers } = from;
    const removed = method === "DELETE" ? /\/images\/([^?]+)/.exec(url)?.[1] : undefined;
    if (removed !== undefined && !own.has(decodeURIComponent(removed))) {
      to.writeHead(500, { "content-type": "application/json" });
      to.end(JSON.stringify({ message: `${removed} is none of this test's images` }));
      return;
    }
    const ask = request({ socketPath: SOCKET, method, path: url, headers }, (answer) => {
      if (!/\/images\/json/.test(url)) {
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(to);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const all = JSON.parse(Buffer.concat(chunks).toString()) as {
          Id: string;
          Labels: Record<string, string> | null;
          RepoTags: string[] | null;
        }[];
        const ours = all.filter(({ Labels }) => Labels?.[label] === value);
        for (const { Id, RepoTags } of ours) for (const name of [Id, ...(RepoTags ?? [])]) own.add(name);
        to.writeHead(200, { "content-type": "application/json" });
        to.end(JSON.stringify(ours));
      });
    });
    ask.on("error", () => to.destroy());
    from.pipe(ask);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
