import { execa } from "execa";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "./engines.js";

/** File of the one package that is made here; it is essential, so that every bootstrap installs it. */
export const MARKER = "/usr/share/vivarium-marker";
const MARKER_DEB = "pool/marker.deb";

/** A key of the tests' own: its home, and the file with its public half. */
export interface SigningKey {
  readonly home: string;
  readonly keyring: string;
}

/** Makes a key that nobody trusts. */
export async function makeKey(): Promise<SigningKey> {
  const home = await folder("vivarium-key-");
  const who = "vivarium's tests <tests@example.org>";
  await gpg(home, ["--passphrase", "", "--quick-gen-key", who, "ed25519", "sign", "never"]);
  atEnd(() => execa("gpgconf", ["--homedir", home, "--kill", "all"]).then(() => undefined));
  const keyring = join(home, "tests.gpg");
  await gpg(home, ["--output", keyring, "--export"]);
  await chmod(keyring, 0o644);
  return { home, keyring };
}

/** What of the archive is changed after it was signed. */
export type Tampering = "release" | "index" | "package";

export interface ArchiveRequest {
  readonly stamp: string;
  readonly suite: string;
  readonly key: SigningKey;
  /** RFC 5322, or none. */
  readonly validUntil?: string;
  readonly tampering?: Tampering;
  /** Debian's own packages of the suite too, which a bootstrap that is to succeed needs. */
  readonly whole?: boolean;
}

/**
 * A signed archive on loopback in place of a snapshot archive, which these tests cannot reach. Release, index and the marker's package
 * are made and signed here; every other package that its index names is Debian's own, from the archive that this machine's apt uses.
 * Returns the address under which its one stamp lies.
 */
export async function serveArchive(request: ArchiveRequest): Promise<string> {
  const { stamp, suite, tampering } = request;
  const architecture = (await execa("dpkg", ["--print-architecture"])).stdout;
  const debian = request.whole === true ? await upstream(suite, architecture) : { site: "", packages: "" };
  const deb = await markerPackage();
  const packages = Buffer.from(`${markerStanza(deb)}\n${debian.packages}`);
  const index = `main/binary-${architecture}/Packages`;
  const release = await sign(releaseFile(request, architecture, index, packages), request.key);
  const files = new Map<string, Buffer>([
    [`dists/${suite}/InRelease`, tampering === "release" ? changed(release, "Origin: tests") : release],
    [`dists/${suite}/${index}`, tampering === "index" ? changed(packages, "vivarium-marker") : packages],
    [MARKER_DEB, tampering === "package" ? changed(deb, "debian-binary") : deb],
  ]);
  const server = createServer((asked, response) => {
    const path = (asked.url ?? "").replace(`/${stamp}/`, "");
    const content = files.get(path);
    if (content !== undefined) response.end(content);
    else if (debian.site !== "" && path.startsWith("pool/"))
      response.writeHead(302, { Location: `${debian.site}/${path}` }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Debian's index of a suite, as this machine's apt has it, and the address that its packages lie under. */
async function upstream(suite: string, architecture: string): Promise<{ site: string; packages: string }> {
  const format = "$(CREATED_BY) $(CODENAME) $(COMPONENT) $(ARCHITECTURE) $(SITE) $(FILENAME)";
  const { stdout } = await execa("apt-get", ["indextargets", "--format", format]);
  const wanted = `Packages ${suite} main ${architecture} `;
  const line = stdout.split("\n").find((each) => each.startsWith(wanted));
  if (line === undefined)
    throw new Error(`apt has no index of ${suite} here: run apt-get update on a machine of that suite`);
  const [site = "", file = ""] = line.slice(wanted.length).split(" ");
  const index = await execa("/usr/lib/apt/apt-helper", ["cat-file", file], { stripFinalNewline: false });
  return { site: site.replace(/\/+$/, ""), packages: index.stdout };
}

async function markerPackage(): Promise<Buffer> {
  const root = await folder("vivarium-marker-");
  await mkdir(join(root, "DEBIAN"));
  await mkdir(join(root, "usr/share"), { recursive: true });
  await writeFile(join(root, "DEBIAN/control"), MARKER_CONTROL);
  await writeFile(join(root, MARKER), "made by vivarium's tests\n");
  const deb = join(await folder("vivarium-deb-"), "marker.deb");
  await execa("dpkg-deb", ["--root-owner-group", "--build", root, deb]);
  return readFile(deb);
}

const MARKER_CONTROL = `Package: vivarium-marker
Version: 1
Architecture: all
Essential: yes
Maintainer: vivarium's tests <tests@example.org>
Description: shows which archive a root was made from
`;

function markerStanza(deb: Buffer): string {
  return `${MARKER_CONTROL}Filename: ${MARKER_DEB}\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n`;
}

function releaseFile(
  { suite, validUntil }: ArchiveRequest,
  architecture: string,
  index: string,
  packages: Buffer,
): string {
  // An hour ago: apt refuses what comes from the future.
  const date = new Date(Date.now() - 3_600_000).toUTCString();
  return `Origin: tests
Suite: ${suite}
Codename: ${suite}
Date: ${date}
${validUntil === undefined ? "" : `Valid-Until: ${validUntil}\n`}Architectures: ${architecture}
Components: main
SHA256:
 ${sha256(packages)} ${packages.length} ${index}
`;
}

async function sign(text: string, { home }: SigningKey): Promise<Buffer> {
  const { stdout } = await gpg(home, ["--clearsign"], text);
  return Buffer.from(`${stdout}\n`);
}

function gpg(home: string, words: readonly string[], input = ""): Promise<{ stdout: string }> {
  return execa("gpg", ["--homedir", home, "--batch", "--quiet", ...words], { input });
}

/** The same bytes but for one letter of a word that is in them. */
function changed(content: Buffer, word: string): Buffer {
  const at = content.indexOf(word);
  if (at < 0) throw new Error(`'${word}' is not in it`);
  const copy = Buffer.from(content);
  copy.writeUInt8(copy.readUInt8(at + 1) ^ 1, at + 1);
  return copy;
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** A folder that apt's unprivileged user may look into, removed at the test's end. */
async function folder(prefix: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  atEnd(() => rm(path, { recursive: true, force: true }));
  await chmod(path, 0o755);
  return path;
}
