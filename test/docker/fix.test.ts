import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SearchResult } from "../../src/result/search/search-result.js";
import { Repository } from "../images/source/repository.js";
import { vivarium } from "../commands/command-line.js";
import { scratch } from "../scratch.js";

const QUIET = ["--progress", "none"];

/** As musl 1.2.2 has it: what malloc returns is used without a look at it. */
const ALLOC = `#include <stdlib.h>

void *aligned_alloc(size_t align, size_t size)
{
	char *p = malloc(size + align);

	p[0] = 0;
	return p;
}
`;

/** The image's musl with an aligned_alloc of this tree in place of its own: built in a second, where a whole libc takes a minute. */
const CONFIGURE = `#!/bin/sh
cat > Makefile << 'END'
all: alloc.o
alloc.o: $(SRC)/alloc.c
	gcc $(CFLAGS) -c -o $@ $<
install: all
	mkdir -p $(PREFIX)/bin $(PREFIX)/lib
	cp alloc.o $(PREFIX)/lib/
	printf '#!/bin/sh\\nexec musl-gcc "$$@" $(PREFIX)/lib/alloc.o\\n' > $(PREFIX)/bin/musl-gcc
	chmod 755 $(PREFIX)/bin/musl-gcc
END
`;

const cwd = scratch("fix");
const repository = new Repository();
repository.write("VERSION", "1.2.2\n");
repository.write("configure", CONFIGURE, 0o755);
repository.write("alloc.c", ALLOC);
repository.commit("v1.2.2");

/** What `fix` says of a patch that puts a line where the pointer is used. */
async function fix(name: string, line: string): Promise<{ code: number; details: SearchResult["details"] }> {
  repository.write("alloc.c", ALLOC.replace("\n\n\tp[0]", `\n\t${line}\n\tp[0]`));
  writeFileSync(join(cwd, `${name}.diff`), `${repository.git("diff")}\n`);
  const source = ["--source", `musl=${repository.path}`, "--env", "musl@v1.2.2"];
  const words = ["fix", "musl-aligned-alloc", ...source, "--patch", `${name}.diff`, "--cap", "60"];
  const { code, stdout } = await vivarium([...words, "--json", ...QUIET], { cwd });
  return { code, details: SearchResult.parse(JSON.parse(stdout)).details };
}

test("a patch of the libc that looks at the pointer fixes it; the bundle carries the tree, and verifies where there is no clone", async () => {
  const { code, details } = await fix("checked", "if (p == NULL) return NULL;");
  expect(details).toMatchObject({
    kind: "fix",
    verdict: "fixed",
    with: { environment: "musl@v1.2.2+checked.diff", counted: 0 },
    trailer: expect.arrayContaining(["Tested-by: NAME <ADDRESS>"]) as string[],
  });
  expect(code).toBe(0);
  const out = join(cwd, "fix.tar.gz");
  expect((await vivarium(["bundle", "latest", "--with-source", "--out", out], { cwd })).code).toBe(0);
  const elsewhere = scratch("fix-verify");
  const { stdout, code: verified } = await vivarium(["verify", out, ...QUIET], {
    cwd: elsewhere,
  });
  expect(stdout).toContain("verified: every claim that decides holds");
  expect(verified).toBe(0);
  const tree = repository.git("rev-parse", "v1.2.2^{tree}");
  const carried = readdirSync(join(elsewhere, ".vivarium/sources"));
  expect(carried).toEqual([`musl-${tree.slice(0, 16)}.git`]);
  expect(existsSync(join(elsewhere, ".vivarium/patches"))).toBe(true);
});

test("a patch of a comment makes no difference", async () => {
  const { code, details } = await fix("comment", "/* malloc may fail */");
  expect(details).toMatchObject({
    kind: "fix",
    verdict: "no-difference",
    control: expect.anything() as object,
  });
  expect(code).toBe(1);
});

test("a patch that trades the crash for another is told by what comes now", async () => {
  const { code, details } = await fix("traded", "if (p == NULL) abort();");
  expect(details).toMatchObject({ kind: "fix", verdict: "another-crash" });
  expect((details as { newCrash: string }).newCrash).toContain("SIGABRT");
  expect(code).toBe(1);
});
