import * as z from "zod";
import { Configuration } from "../../src/manifest/configuration.js";
import { code, page, table } from "./markdown.js";
import { kindOf, type Schema } from "./schema.js";

/** The page of `vivarium.config.yaml` and of the environment variables that are read. */
export function configuration(): string {
  const schema = z.toJSONSchema(Configuration, { io: "input" }) as Schema;
  const rows = Object.entries(schema.properties ?? {}).map(([key, field]) => [
    code(key),
    code(`VIVARIUM_${key.toUpperCase()}`),
    kindOf(field, schema, key),
    field.description ?? `the default of ${code(`--${key}`)}`,
  ]);
  return page(
    "Configuration",
    "`vivarium.config.yaml`, in this folder or in one above it, sets defaults of flags by the flags' names; `--config FILE` names another file. Environment variables override the file; flags override both.",
    [
      table(["key", "environment variable", "value", "what for"], rows),
      "## Other environment variables",
      table(
        ["variable", "what for"],
        [
          [
            "`VIVARIUM_PATIENCE`",
            "multiplies every time limit of the engine's requests: `5` for a far or slow engine",
          ],
          ["`VIVARIUM_SETUP`", "`off`: `npm start`, `npm test` and their like set nothing up"],
          [
            "`DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`",
            "read as docker reads them: [engines](../how-to/engines.md)",
          ],
          ["`GITHUB_TOKEN`, `GH_TOKEN`", "token of `vivarium attach` for GitHub"],
          ["`BUGZILLA_API_KEY`", "key of `vivarium attach` for Bugzilla"],
          ["`NO_COLOR`", "no colour"],
        ],
      ),
    ],
  );
}
