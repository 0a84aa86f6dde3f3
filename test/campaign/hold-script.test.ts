import { describe, expect, it } from "vitest";
import { holdScript } from "../../src/campaign/hold-script.js";
import type { HoldRecord } from "../../src/result/result.js";

const HOLD: HoldRecord = {
  file: "holds/a.json",
  script: "holds/a.gdb",
  place: "/opt/repro/program+0x1698",
  function: "first",
  offset: 19,
  source: "race.c",
  line: 21,
  instruction: "mov    %rax,-0x8(%rbp)",
  object: null,
  pass: 3,
  ms: 20,
  attempts: 40,
  crashes: 38,
  controls: [],
  isPlace: true,
  tried: { places: 15, attempts: 500 },
  deadlock: false,
  story: [],
};

describe("the script that holds a thread by hand", () => {
  it("stops at the instruction, for the pass and as long as the attempts did", () => {
    const script = holdScript(HOLD, "SIGSEGV in first");
    expect(script).toContain("\nbreak *((char *) first + 19)\nignore $bpnum 2\n");
    expect(script).toContain("threading.Timer(0.02, ");
    expect(script).toContain("counted 38 of 40 attempts");
  });

  it("quotes a name of C++", () => {
    const script = holdScript({ ...HOLD, function: "shelf::put(int, char const*)" }, "");
    expect(script).toContain("break *((char *) 'shelf::put(int, char const*)' + 19)");
  });

  it.each(["a\nshell rm -rf ~", "a' + (shell) '", "$(x)", ""])("is none where a name is none: %j", (name) => {
    expect(holdScript({ ...HOLD, function: name }, "")).toBeNull();
  });

  it("keeps what a program says in its comments", () => {
    const script = holdScript({ ...HOLD, source: "a\nshell id" }, "SIGSEGV\nshell id");
    expect(script).not.toMatch(/^shell/m);
  });
});
