import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, redactValue, type Known } from "../../src/result/redaction.js";
import { Result } from "../../src/result/result.js";
import { formats } from "../../src/report/formats.js";
import { fieldOf, freeFields, mapStrings, withFreeFields } from "../report/leaves.js";
import { SAMPLES, sample } from "../report/samples.js";

const known: Known = {
  users: ["alice", "root"],
  homes: ["/data/people/alice"],
  hosts: ["build-7.corp.example", "localhost"],
  variables: { DEPLOY_TARGET: "rack-12/shelf-3", SHORT: "ab" },
};

/** Put together here, so that no scanner takes this file for a leak. */
const join = (...parts: string[]) => parts.join("");
const base64 = (text: string) => Buffer.from(text).toString("base64url");

/** What must not be left, and how it is written in a text. */
const SECRETS: Record<string, { secret: string; text?: string; what: string; version?: false }> = {
  user: { secret: "alice", what: "user name" },
  "user in a path": { secret: "alice", text: "/srv/alice_old/x", what: "user name" },
  home: { secret: "/data/people", text: "/data/people/alice/src/main.c", what: "home folder" },
  "somebody's home": { secret: "mallory", text: "/home/mallory/go/src", what: "home folder" },
  "a Mac's home": { secret: "mallory", text: "/Users/mallory/x", what: "home folder" },
  host: { secret: "build-7", text: "build-7.corp.example:", what: "host name" },
  "short host": { secret: "build-7", what: "host name" },
  mail: { secret: "mallory@mail.example.org", what: "e-mail address" },
  ipv4: { secret: "203.0.113.77", text: "dial tcp 203.0.113.77:1337", what: "IP address", version: false },
  ipv6: { secret: "2001:db8::42:7", text: "[2001:db8::42:7]:80", what: "IP address" },
  "full ipv6": { secret: "2001:db8:1:2:3:4:5:6", what: "IP address" },
  "link local": { secret: "fe80::1ff:fe23:4567:890a", what: "IP address" },
  "mapped ipv4": { secret: "192.0.2", text: "::ffff:192.0.2.33", what: "IP address" },
  mac: { secret: "52:54:00:ab:cd:ef", what: "MAC address" },
  github: { secret: join("gh", "p_", "16C7e42F292c6912E7710c838347Ae178B4a"), what: "GitHub token" },
  "fine-grained": { secret: join("github", "_pat_", "11ABCDEFG0123456789_abcdefghij"), what: "GitHub token" },
  gitlab: { secret: join("gl", "pat-", "x9Yz1234567890abcdEF"), what: "GitLab token" },
  aws: { secret: join("AK", "IA", "IOSFODNN7EXAMPLE"), what: "AWS access key" },
  "aws secret": {
    secret: join("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"),
    text: join("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"),
    what: "secret in a setting",
  },
  bearer: {
    secret: "mF9B5f41JqM12345",
    text: "Authorization: Bearer mF9B5f41JqM12345",
    what: "authorization header",
  },
  jwt: {
    secret: [base64('{"alg":"HS256"}'), base64('{"sub":"12345"}'), "c2lnbmF0dXJl"].join("."),
    what: "JSON web token",
  },
  key: {
    secret: "MIIEpAIBAAKCAQEA7",
    text: join(
      "-----BEGIN RSA ",
      "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nx\n-----END RSA ",
      "PRIVATE KEY-----",
    ),
    what: "private key",
  },
  "cut key": {
    secret: "b3BlbnNzaC1r",
    text: join("-----BEGIN OPENSSH ", "PRIVATE KEY-----\nb3BlbnNzaC1r\nAAA"),
    what: "private key",
  },
  url: { secret: "hunter2", text: "https://bob:hunter2@db.example/x", what: "password in an address" },
  setting: { secret: "hunter2", text: "DB_PASSWORD=hunter2", what: "secret in a setting" },
  json: { secret: "hunter2", text: '{"token": "hunter2"}', what: "secret in a setting" },
  variable: { secret: "rack-12/shelf-3", what: "environment variable" },
  "short variable": { secret: "=ab", text: "SHORT=ab", what: "environment variable" },
};

const result = sample("one-crash");
const free = freeFields(result);
const versions = /(^|\.)(version|package|packages|compiler|kernel|engine|vivarium)(\.|$)/;

describe("redaction", () => {
  it.each(Object.entries(SECRETS))(
    "takes %s out of every field, and says so",
    (_, { secret, text, what, version }) => {
      const planted = withFreeFields(result, free, (old, field) =>
        version === false && versions.test(field) ? old : `${old} ${text ?? secret} ${old}`,
      );
      const clean = redact(planted, known);
      expect(JSON.stringify(planted)).toContain(JSON.stringify(secret).slice(1, -1));
      expect(JSON.stringify(clean)).not.toContain(JSON.stringify(secret).slice(1, -1));
      const said = clean.redacted.find((entry) => entry.what === what);
      expect(said?.count).toBeGreaterThanOrEqual(free.size - 12);
    },
  );

  it.each(Object.keys(formats) as (keyof typeof formats)[])(
    "leaves no secret in a report as %s",
    async (format) => {
      const texts = Object.values(SECRETS).filter(({ version }) => version !== false);
      const all = texts.map(({ secret, text }) => text ?? secret).join("\n");
      const text = await formats[format].render(
        redact(
          withFreeFields(result, free, (old) => `${old}\n${all}`),
          known,
        ),
      );
      for (const { secret } of texts) expect(text).not.toContain(secret);
    },
  );

  it("takes out what is among other text, in any order", () => {
    const entries = Object.values(SECRETS);
    const filler = fc
      .stringMatching(/^[ -~\n]{0,20}$/)
      .map((text) => ` ${text.replace(/["'\\:=@/.\w-]/g, " ")} `);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(entries, { minLength: 1 }),
        fc.array(filler, { minLength: 40, maxLength: 40 }),
        (chosen, between) => {
          const stdout = chosen
            .map(({ secret, text }, i) => `${between[i] ?? ""}${text ?? secret}\n`)
            .join("");
          const [environment] = result.environments;
          const [signature] = environment?.signatures ?? [];
          if (!environment || !signature) throw new Error("the sample has a signature");
          const evidence = { ...signature.evidence, output: { stdout, stderr: stdout, dropped: 0 } };
          const clean = redact(
            { ...result, environments: [{ ...environment, signatures: [{ ...signature, evidence }] }] },
            known,
          );
          for (const { secret } of chosen)
            expect(clean.environments[0]?.signatures[0]?.evidence.output?.stdout).not.toContain(secret);
        },
      ),
      { numRuns: 100 },
    );
  });

  const KEPT = [
    "0x7fec267f8a5c",
    "127.0.0.1:1337",
    "localhost:1337",
    "[::1]:80",
    "std::vector<a1::b2>::push_back(int)",
    "12:34:56.789",
    "/usr/lib/go-1.19/src/os/user/cgo_lookup_unix.go:49 +0x17",
    "golang.org/x/sys@v0.1.0/unix",
    "getpwuid_r@@GLIBC_2.2.5",
    "malice and Alicea",
    "unexpected token: identifier",
    "root:x:0:0:root:/root:/bin/bash",
    "author = nobody",
    "testb  $0x20,0x1(%rcx,%rdx,2)",
    "GODEBUG=netdns=cgo",
  ];
  it.each(KEPT)("keeps %s", (text) => {
    const planted = withFreeFields(result, free, () => text);
    expect(redact(planted, known)).toEqual(planted);
  });

  it.each(SAMPLES.filter((name) => name !== "hostile"))(
    "changes nothing where there is nothing to hide: %s",
    (name) => {
      expect(redact(sample(name), known)).toEqual(sample(name));
    },
  );

  it("finds nothing the second time, and keeps the list of the first", () => {
    const planted = withFreeFields(result, free, (old) => `${old} alice@build-7 /home/bob`);
    const once = redact(planted, known);
    expect(once.redacted.length).toBeGreaterThan(1);
    expect(redact(once, known)).toEqual(once);
  });

  it("gives a valid result whatever the user is called", () => {
    const words = new Set<string>();
    mapStrings(result, (text, path) => {
      if (!free.has(fieldOf(path))) words.add(text);
      return text;
    });
    for (const user of [...words, "crash", "static", "glibc", "read", "12", "dead"]) {
      expect(() => Result.parse(redact(result, { users: [user], hosts: [user] }))).not.toThrow();
    }
  });
});

it("a line of nsswitch.conf is no password", () => {
  const lines = "passwd: compat\npasswd: files systemd\npasswd: hunter2\npasswd: compatriot\n";
  expect(redactValue(lines)).toEqual({
    value: "passwd: compat\npasswd: files systemd\npasswd: [secret]\npasswd: [secret]\n",
    redacted: [{ what: "secret in a setting", count: 2 }],
  });
});

it("a request's values and the names of its files are redacted, what it asks for is not", () => {
  const request = { run: { files: { "/home/alice/.rc": "from-flags/0-alice" }, env: { KEY: "ask alice" } } };
  expect(redactValue({ ...request, variant: "static" }, { users: ["alice"] }).value).toEqual({
    run: { files: { "/home/[user]/.rc": "from-flags/0-[user]" }, env: { KEY: "ask [user]" } },
    variant: "static",
  });
});
