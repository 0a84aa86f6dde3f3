import * as z from "zod";

/** `vivarium.config.yaml`: defaults of flags, by the flags' names. */
export const Configuration = z.strictObject({
  host: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  context: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  platform: z.string().optional(),
  cluster: z.enum(["swarm"]).optional().describe("make attempts on the nodes of the engine's swarm"),
  registry: z.string().optional().describe("registry that the swarm's nodes pull images from: `HOST:PORT`"),
  base: z.enum(["auto", "registry", "bootstrap"]).optional(),
  snapshot: z
    .url()
    .optional()
    .describe("address of the snapshot archive that catalogue entries with a stamp use"),
  keyring: z.string().optional().describe("file with the keys that sign the snapshot archive"),
  progress: z.enum(["auto", "terminal", "plain", "json", "none"]).optional(),
  parallel: z.int().positive().optional(),
  runs: z.int().positive().optional(),
  captures: z.int().nonnegative().optional(),
  timeout: z.string().optional(),
  redact: z.boolean().optional(),
  keep: z.int().nonnegative().optional().describe("newest campaigns of a folder whose images `clean` keeps"),
  days: z.number().nonnegative().optional().describe("`clean` keeps what was used within so many days"),
  sources: z
    .record(z.string(), z.string())
    .optional()
    .describe("clones that environments are built from: name -> folder, relative to this file; as --source"),
});
export type Configuration = z.infer<typeof Configuration>;
