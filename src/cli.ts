#!/usr/bin/env node
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { keepCompiled } from "./cli/compiled-code.js";
import type * as Main from "./cli/main.js";

/** Where scripts/bundle.mjs wrote what the command line loads. */
declare const BUNDLE: string;

const load = createRequire(import.meta.url);
keepCompiled(dirname(load.resolve(BUNDLE)));
const { main } = load(BUNDLE) as typeof Main;

// The only process.exit of vivarium: everything else returns or throws.
process.exit(await main(process.argv.slice(2), process));
