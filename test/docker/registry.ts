import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/**
 * A registry on loopback, which an engine takes without TLS: it serves one image of one layer, by the documented routes of
 * the registry's API (version 2). It stands in for a real registry, its refusals included.
 */
export class TinyRegistry {
  /** Requests for the manifest, in order of their answers' statuses. */
  readonly answers: number[] = [];
  /** Value of the Authorization header of each manifest request. */
  readonly logins: (string | undefined)[] = [];
  private refusals: { status: number; code: string }[] = [];
  private readonly blobs = new Map<string, Buffer>();
  private readonly manifest: Buffer;

  private constructor(
    private readonly server: Server,
    layer: Buffer,
    private readonly login: string | null,
  ) {
    const zipped = gzipSync(layer);
    const config = Buffer.from(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        config: { Cmd: ["/tiny"] },
        rootfs: { type: "layers", diff_ids: [digest(layer)] },
        history: [{ created: "2026-01-01T00:00:00Z" }],
        created: "2026-01-01T00:00:00Z",
      }),
    );
    for (const blob of [zipped, config]) this.blobs.set(digest(blob), blob);
    const part = (mediaType: string, blob: Buffer): object => ({
      mediaType,
      size: blob.length,
      digest: digest(blob),
    });
    this.manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: part("application/vnd.docker.container.image.v1+json", config),
        layers: [part("application/vnd.docker.image.rootfs.diff.tar.gzip", zipped)],
      }),
    );
  }

  /** Serves `layer` (a tar) as `HOST/tiny:1`; with `login` (`user:password`) only to those who give it. */
  static async open(layer: Buffer, login: string | null = null): Promise<TinyRegistry> {
    const server = createServer();
    const registry = new TinyRegistry(server, layer, login);
    server.on("request", (request, response) => {
      const { method, url = "" } = request;
      const send = (status: number, body: Buffer, headers: Record<string, string> = {}): void => {
        response.writeHead(status, {
          "Content-Length": body.length,
          "Docker-Distribution-Api-Version": "registry/2.0",
          ...headers,
        });
        response.end(method === "HEAD" ? undefined : body);
      };
      const refuse = (status: number, code: string): void => {
        const body = Buffer.from(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
        send(status, body, status === 401 ? { "WWW-Authenticate": 'Basic realm="tiny"' } : {});
      };
      const blob = registry.blobs.get(/\/blobs\/(sha256:\w+)$/.exec(url)?.[1] ?? "");
      const asked = /^\/v2\/tiny\/manifests\/(.+)$/.exec(url)?.[1];
      if (asked !== undefined) registry.logins.push(request.headers.authorization);
      if (
        registry.login !== null &&
        request.headers.authorization !== `Basic ${Buffer.from(registry.login).toString("base64")}`
      ) {
        return refuse(401, "UNAUTHORIZED");
      }
      if (url === "/v2/") return send(200, Buffer.from("{}"));
      if (blob) return send(200, blob);
      if (asked === undefined) return refuse(404, "NAME_UNKNOWN");
      const refusal = registry.refusals.shift();
      registry.answers.push(refusal?.status ?? 200);
      if (refusal) return refuse(refusal.status, refusal.code);
      if (asked !== "1" && asked !== digest(registry.manifest)) return refuse(404, "MANIFEST_UNKNOWN");
      send(200, registry.manifest, {
        "Content-Type": MANIFEST,
        "Docker-Content-Digest": digest(registry.manifest),
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get digest(): string {
    return digest(this.manifest);
  }

  /** The next so many requests for the manifest are refused. */
  refuseNext(times: number, status: number, code: string): void {
    this.refusals.push(...Array.from({ length: times }, () => ({ status, code })));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function digest(data: Buffer): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}
