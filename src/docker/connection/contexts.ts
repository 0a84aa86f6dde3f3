import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { badRequest } from "../../failure.js";
import type { TlsFiles } from "./tls-files.js";

/** What vivarium reads of docker's config.json; the rest of the file is docker's own. */
export const DockerConfig = z.looseObject({
  currentContext: z.string().optional(),
  auths: z.record(z.string(), z.looseObject({ auth: z.string().optional() })).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
export type DockerConfig = z.infer<typeof DockerConfig>;

const ContextMeta = z.looseObject({
  Name: z.string(),
  Endpoints: z.record(
    z.string(),
    z.looseObject({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }),
  ),
});

/** docker's config.json, or null where there is none. Throws Failure("request") where it is broken. */
export function readDockerConfig(folder: string): DockerConfig | null {
  const file = join(folder, "config.json");
  const text = readIfThere(file);
  return text === null ? null : parseAs(DockerConfig, text.toString("utf8"), file);
}

/** Name of the current context, or null where it is the default one. */
export function currentContext(folder: string): string | null {
  return readDockerConfig(folder)?.currentContext || null;
}

/** A context of docker's store: its host and its TLS files, which lie beside it. */
export function readContext(
  folder: string,
  name: string,
  chosenBy: string,
): { readonly host: string; readonly tls: TlsFiles | null } {
  const id = createHash("sha256").update(name).digest("hex");
  const file = join(folder, "contexts", "meta", id, "meta.json");
  const text = readIfThere(file);
  if (text === null) {
    const known = contextNames(folder);
    throw badRequest(
      `${chosenBy}: docker has no context of that name in ${folder}`,
      known.length === 0
        ? "make one with 'docker context create', or use --host"
        : `contexts there: ${known.join(", ")}`,
    );
  }
  const endpoint = parseAs(ContextMeta, text.toString("utf8"), file).Endpoints["docker"];
  if (!endpoint?.Host)
    throw badRequest(`${file}: this context has no docker endpoint`, "choose another context");
  const tls = join(folder, "contexts", "tls", id, "docker");
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((each) => readIfThere(join(tls, each)));
  const verify = endpoint.SkipTLSVerify !== true;
  const wanted = ca || cert || key || !verify;
  return {
    host: endpoint.Host,
    tls: wanted ? { ca: ca ?? null, cert: cert ?? null, key: key ?? null, verify } : null,
  };
}

function contextNames(folder: string): string[] {
  const meta = join(folder, "contexts", "meta");
  let entries: string[];
  try {
    entries = readdirSync(meta);
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const text = readIfThere(join(meta, entry, "meta.json"));
    if (text === null) return [];
    try {
      return [ContextMeta.parse(JSON.parse(text.toString("utf8"))).Name];
    } catch {
      return []; // A broken neighbour is no reason to fail: this list is only a hint.
    }
  });
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw badRequest(`${file}: ${message}`, "make it readable, or set DOCKER_CONFIG", cause);
  }
}

function parseAs<T extends z.ZodType>(schema: T, text: string, file: string): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badRequest(`${file}: ${(cause as Error).message}`, "correct it, or set DOCKER_CONFIG", cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw badRequest(
    `${file}: ${first?.path.join(".")}: ${first?.message}`,
    "correct it, or set DOCKER_CONFIG",
  );
}
