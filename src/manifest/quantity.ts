import * as z from "zod";

/** `10s`, `500ms`, `2m`, `1h` -> milliseconds. A bare number is refused: its unit would be a guess. */
export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, "a duration with its unit, such as 10s, 500ms or 2m")
  .meta({ id: "Duration", description: "A duration with its unit: 10s, 500ms, 2m, 1h" });

/** `8MiB`, `512KiB`, `1GiB`, `65536` (bytes), `unlimited`. */
export const Size = z
  .union([
    z
      .string()
      .regex(/^(\d+(\.\d+)?(B|KiB|MiB|GiB)|unlimited)$/, "a size with its unit, such as 8MiB, or unlimited"),
    z.int().positive(),
  ])
  .meta({ id: "Size", description: "A size: 8MiB, 512KiB, bytes as a number, or unlimited" });
