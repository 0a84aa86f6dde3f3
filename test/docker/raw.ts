import { request } from "node:http";

/** The engine's socket, as DOCKER_HOST names it: the tests of Podman's run the same files. */
export const SOCKET = (process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock").replace(/^unix:\/\//, "");

/**
 * Asks the engine directly, without any code under test: what a test claims about the engine's state is seen from beside.
 * Resolves with the parsed JSON, or the text where it is none.
 */
export function ask(
  method: string,
  path: string,
  send?: object,
  socketPath = SOCKET,
): Promise<{ status: number; body: unknown }> {
  const headers = send === undefined ? {} : { "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        let body: unknown = text;
        try {
          body = JSON.parse(text);
        } catch {
          // Some answers are plain text.
        }
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    call.on("error", reject);
    call.end(send === undefined ? undefined : JSON.stringify(send));
  });
}

/** Names of all containers, running or not, whose name begins with `prefix`. */
export async function containersNamed(prefix: string, socketPath = SOCKET): Promise<string[]> {
  const { body } = await ask("GET", "/containers/json?all=1", undefined, socketPath);
  return (body as { Names: string[] }[])
    .flatMap(({ Names }) => Names.map((each) => each.slice(1)))
    .filter((each) => each.startsWith(prefix));
}

/** Names of the containers that this process made. */
export function ours(): Promise<string[]> {
  return containersNamed(`vivarium-${process.pid}-`);
}
