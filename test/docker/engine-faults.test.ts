import { beforeAll, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { infrastructure } from "../../src/failure.js";
import { outputOf, tinyRequest } from "./engines.js";
import { faultCampaign } from "./fault-campaign.js";
import { ask, ours } from "./raw.js";
import { tinyImage } from "./tiny.js";

const FAULTS = Number(process.env["VIVARIUM_TEST_FAULTS"] ?? 45);
const SEED = Number(process.env["VIVARIUM_TEST_SEED"] ?? 13470);

let image: string;
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  image = await tinyImage(engine);
  engine.close();
});

/** Each way in which the engine is used, once. */
async function session(host: string): Promise<string> {
  const engine = await connect({ env: {}, host, patience: 0.03 });
  try {
    const facts: string[] = [String((await engine.facts()).cpus)];
    const tag = "vivarium-test/faults:1";
    const id = await engine.build({
      context: {
        Dockerfile: { content: `FROM ${image}\nCOPY salt /salt\nRUN ["/tiny", "say", "built"]\n` },
        salt: { content: `faults ${process.pid}` },
      },
      labels: { "vivarium.test": "faults" },
      tag,
      network: "none",
      deadlineMs: 300_000,
    });
    facts.push((await engine.readFile(id, "/salt")).toString());
    const container = await engine.start(tinyRequest(tag, ["echo"]));
    const output = outputOf(container);
    output.catch(() => undefined); // Where the end fails first, nobody asks for it any more.
    await container.stdin.write(Buffer.from("result".repeat(100)));
    container.stdin.end();
    const { exitCode, trusted, why } = await container.ended();
    facts.push(await output);
    // What cannot be trusted is not counted: for the caller it is a failure of the infrastructure.
    if (!trusted) {
      throw infrastructure(why ?? "");
    }
    facts.push(String(exitCode));
    await container.remove();
    return facts.join(" ");
  } finally {
    await engine.removeAllLive();
    engine.close();
  }
}

it(`any of ${FAULTS} faults, anywhere, gives the right result or a failure, and leaves no container`, async () => {
  const outcomes = await faultCampaign(session, FAULTS, SEED);
  expect(outcomes.filter(({ came }) => came === "wrong")).toEqual([]);
  // Both must be seen: a campaign whose faults harm nothing, or in which nothing survives, would show nothing.
  expect(outcomes.some(({ came }) => came === "infrastructure")).toBe(true);
  expect(outcomes.some(({ came }) => came === "right")).toBe(true);
  expect(await ours()).toEqual([]);
  await ask("DELETE", "/images/vivarium-test/faults:1");
}, 3_600_000);
