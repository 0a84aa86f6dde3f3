import { removeFolders } from "./scratch.js";

// Runs before each file. Unit tests share their modules, whose own hooks are those of the first file that loads them.
removeFolders();
