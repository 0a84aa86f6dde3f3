import { spawn } from "node:child_process";
import * as z from "zod";
import { readDockerConfig } from "../connection/contexts.js";

const Answer = z.looseObject({ Username: z.string(), Secret: z.string() });
const HELPER_WITHIN_MS = 15_000;

/**
 * The login that docker keeps for a registry ('docker login'), as the X-Registry-Auth header wants it; null where there is
 * none. A helper that is missing or refuses is as good as none: the pull then says what it was refused.
 */
export async function registryLogin(folder: string, registry: string): Promise<string | null> {
  const config = readDockerConfig(folder);
  if (config === null) return null;
  // docker keeps its own hub under the address of the old index.
  const server = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper) {
    const login = await askHelper(helper, server);
    if (login)
      return encode(
        login.Username === "<token>"
          ? { identitytoken: login.Secret }
          : { username: login.Username, password: login.Secret },
        server,
      );
  }
  const auth = config.auths?.[server]?.auth ?? config.auths?.[`https://${registry}`]?.auth;
  if (!auth) return null;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return null;
  return encode(
    { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") },
    server,
  );
}

function encode(login: Record<string, string>, serveraddress: string): string {
  // The URL alphabet with padding: older engines refuse either half alone.
  const text = Buffer.from(JSON.stringify({ ...login, serveraddress })).toString("base64");
  return text.replaceAll("+", "-").replaceAll("/", "_");
}

function askHelper(name: string, server: string): Promise<z.infer<typeof Answer> | null> {
  if (!/^[\w.-]+$/.test(name)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${name}`, ["get"], {
      stdio: ["pipe", "pipe", "ignore"],
      timeout: HELPER_WITHIN_MS,
    });
    let said = "";
    child.on("error", () => resolve(null));
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      if (said.length < 65_536) said += chunk.toString("utf8");
    });
    child.on("close", (code) => {
      try {
        resolve(code === 0 ? Answer.parse(JSON.parse(said)) : null);
      } catch {
        resolve(null);
      }
    });
    child.stdin.end(server);
  });
}
