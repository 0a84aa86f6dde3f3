import { printedStack } from "../../stack/printed-stack.js";

/** What Lua and LuaJIT say before they abort: an error that no pcall catches. */
export const lua = printedStack({
  source: "lua",
  title: "Lua's panic",
  trigger: /^.{0,80}PANIC: unprotected error in call to Lua API \(/m,
  heads: [/^PANIC: (?<message>unprotected error in call to Lua API \(.{1,400}\))$/],
  frames: [],
  signal: "SIGABRT",
});
