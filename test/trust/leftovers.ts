import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ask, containersNamed, SOCKET } from "../docker/raw.js";
import type { Room } from "./room.js";

/** Containers that processes of these numbers made. */
export async function containersOf(pids: readonly number[]): Promise<string[]> {
  const names = await containersNamed("vivarium-");
  return names.filter((name) => pids.some((pid) => name.startsWith(`vivarium-${pid}-`)));
}

/** Names of images that builds of these processes had not finished. */
export async function unfinishedImages(pids: readonly number[], socketPath = SOCKET): Promise<string[]> {
  const { body } = await ask("GET", "/images/json", undefined, socketPath);
  return (body as { RepoTags: string[] | null; Labels: Record<string, string> | null }[])
    .filter(({ Labels }) => {
      const builder = JSON.parse(Labels?.["vivarium.builder"] ?? "{}") as { pid?: number };
      return builder.pid !== undefined && pids.includes(builder.pid);
    })
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((tag) => tag.includes("-unfinished"));
}

/** Networks and named volumes of vivarium. It makes none but the compilers' caches of builds from source, which are there to stay (`clean`). */
export async function networksAndVolumes(): Promise<string[]> {
  const networks = (await ask("GET", "/networks")).body as { Name: string }[];
  const volumes = (await ask("GET", "/volumes")).body as { Volumes: { Name: string }[] | null };
  return [...networks, ...(volumes.Volumes ?? [])]
    .map(({ Name }) => Name)
    .filter((name) => name.includes("vivarium") && !name.startsWith("vivarium-ccache-"));
}

/** Files in a room that are drafts, or locks that somebody holds or held. */
export async function unfinishedFiles(room: Room): Promise<string[]> {
  const all = await readdir(join(room.folder, ".vivarium"), { recursive: true }).catch(() => []);
  return all.filter((path) => /(\.part|\.draft|(^|\/)\.?lock-[^/]*)$/.test(path));
}
