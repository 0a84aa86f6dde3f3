import { expect, test } from "vitest";
import { wayInto } from "./way-into.js";

test("goes into a function of a program in C, in another of its files", async () => {
  const files = {
    "main.c": "int answer(int);\nint main(void)\n{\n    return answer(3);\n}\n",
    "answer.c":
      '#include <stdio.h>\n#include <stdlib.h>\n\nstatic void check(int n)\n{\n    puts("checked");\n    if (n > 2)\n        abort();\n}\n\nint answer(int n)\n{\n    puts("asked");\n    check(n);\n    return 0;\n}\n',
    "repro.yaml":
      "name: checked\ntitle: checked\nlanguage: c\nsources: [main.c, answer.c]\nenvironments: [glibc-2.36]\n",
  };
  const { details } = await wayInto("checked", files, "answer");
  expect(details.into?.map((each) => [each.function, each.place.file])).toEqual([
    ["answer", "answer.c"],
    ["check", "answer.c"],
  ]);
  expect(details.into?.at(-1)?.call?.needs).toBe("the call of abort");
});
