import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { atEnd } from "./engines.js";
import { SOCKET } from "./raw.js";

/**
 * The engine, seen through a door that shows images and volumes with one label alone and removes no other: what a test of `clean`
 * asks for cannot touch what anybody else keeps on the same engine. Returns its address.
 */
export async function ownImagesOnly(label: string, value: string): Promise<string> {
  const own = new Set<string>();
  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const { method, url = "", headers } = from;
    const removed = method === "DELETE" ? /\/(?:images|volumes)\/([^?]+)/.exec(url)?.[1] : undefined;
    if (removed !== undefined && !own.has(decodeURIComponent(removed))) {
      to.writeHead(500, { "content-type": "application/json" });
      to.end(JSON.stringify({ message: `${removed} is none of this test's` }));
      return;
    }
    const volumes = (text: string): void => {
      const { Volumes } = JSON.parse(text) as {
        Volumes: { Name: string; Labels: Record<string, string> | null }[] | null;
      };
      const ours = (Volumes ?? []).filter(({ Labels }) => Labels?.[label] === value);
      for (const { Name } of ours) own.add(Name);
      to.writeHead(200, { "content-type": "application/json" });
      to.end(JSON.stringify({ Volumes: ours }));
    };
    const ask = request({ socketPath: SOCKET, method, path: url, headers }, (answer) => {
      const isVolumes = method === "GET" && /\/volumes(\?|$)/.test(url);
      if (!isVolumes && !/\/images\/json/.test(url)) {
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(to);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        if (isVolumes) return volumes(Buffer.concat(chunks).toString());
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
