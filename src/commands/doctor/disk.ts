import { statfs } from "node:fs/promises";
import { KIND } from "../../images/labels.js";
import { failed, ok, warning, type Check } from "./check.js";
import { freedBy } from "../clean/freed.js";
import { diskSize } from "../../text/sizes.js";
import { tryOut } from "./trial.js";
import { counted } from "../../text/numbers.js";

const GB = 1e9;
/** An environment's image takes about one, and its build another. */
const NEEDED = 2 * GB;
const COMFORTABLE = 8 * GB;

export const disk: Check = {
  name: "disk",
  title: "disk",
  async look(site) {
    const [images, use] = await Promise.all([site.engine.listImages({}), site.engine.diskUse()]);
    const ours = images.filter(({ labels }) => (labels[KIND] ?? "") !== "");
    const { most } = freedBy(new Set(ours.map(({ id }) => id)), use);
    const here = await statfs(site.cwd);
    const trial = await tryOut(site, { script: "df -Pk /" });
    // Columns of POSIX df: file system, blocks, used, available.
    const kib = Number(/^\S+\s+\d+\s+\d+\s+(\d+)/m.exec(trial?.stdout.split("\n")[1] ?? "")?.[1]);
    const free = [here.bavail * here.bsize, ...(Number.isNaN(kib) ? [] : [kib * 1024])];
    const found = [
      Number.isNaN(kib) ? null : `${diskSize(kib * 1024)} free for the engine`,
      `${diskSize(free[0] as number)} free here`,
      `${diskSize(most)} in ${counted(ours.length, "vivarium image")}`,
    ]
      .filter((part) => part !== null)
      .join(", ");
    const least = Math.min(...free);
    if (least < NEEDED) return failed(found, "vivarium clean frees what no recent campaign uses");
    if (least < COMFORTABLE) return warning(found, "vivarium clean frees what no recent campaign uses");
    return ok(found);
  },
};
