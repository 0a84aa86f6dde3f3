#!/usr/bin/env node
import module from "node:module";

// Node 22 and later keep what they compiled for the next start.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// Loaded only now: what was loaded before would not be kept.
const { main } = await import("./cli/main.js");

// The only process.exit of vivarium: everything else returns or throws.
process.exit(await main(process.argv.slice(2), process));
