import { connect } from "../../src/docker/connection/connect.js";
import { beginCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { engineProgram, runOnEngine } from "./campaign-on-engine.js";

// A process that runs a campaign until it is killed. It says which, once there is something to lose.
const { root, image, shape, args } = JSON.parse(process.env["VIVARIUM_TEST_ARGUMENT"] ?? "");
const { plan, binaries } = engineProgram(image, shape, args);
const engine = await connect({ env: process.env });
const campaign = await beginCampaign(new CampaignStore(root), plan, binaries);
console.log(campaign.header.id);
await runOnEngine(engine, campaign, binaries);
await campaign.close();
console.log("finished");
engine.close();
