import { expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";
import { openEngine } from "../docker/engines.js";
import { provideOne, reproFolder } from "../docker/images-fixture.js";
import { testImage } from "../docker/test-image.js";

const LIST = `struct node { int v; struct node *next; };
int sum(struct node *n) { int s = 0; while (1) { s += n->v; n = n->next; } return s; }
int main(void) { struct node a = {1, 0}; return sum(&a); }
`;

test("the core of a dynamic program of 32 bits is read with the libc that it needs, and nobody names a package", async () => {
  const engine = await openEngine();
  const build = { cflags: ["-m32"], link: "dynamic" as const };
  const { image, program } = await provideOne(engine, await reproFolder({ "list.c": LIST }), { build });
  const made = `cd /tmp && gdb -nx -q -batch -ex run -ex 'generate-core-file /core' ${program} && chmod a+r /core`;
  const id = await testImage(engine, "a core of 32 bits", {
    Dockerfile: { content: `FROM ${image}\nUSER root\nRUN ${made}\n` },
  });
  const cwd = await folderOf({
    core: await engine.readFile(id, "/core"),
    list: await engine.readFile(id, program),
  });
  for (const flags of [[], ["--env", "glibc-2.36"]]) {
    const { code, stdout, stderr } = await vivarium(
      ["parse", "--core", "core", "--program", "list", ...flags],
      { cwd },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^SIGSEGV in sum, called from main\n/);
    expect(stdout).toContain("in main () at list.c:3");
  }
});
