#!/usr/bin/env node
import { main } from "./commands/main.js";

// The only process.exit of vivarium: everything else returns or throws.
process.exit(await main(process.argv.slice(2), process));
