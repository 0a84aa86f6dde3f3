import { expect, test } from "vitest";
import { wayInto } from "../docker/way-into.js";

test("goes into a function of Go's tree, and down into the call in it that matters", async () => {
  const main = `package main

import "path"

func main() {
	if path.Join("a", ".", "b") == "a/b" {
		panic("joined")
	}
}
`;
  const manifest =
    "name: joined\ntitle: joined\nlanguage: go\nsources: [main.go]\nenvironments: [glibc-2.36]\ncgo: false\n";
  const { details, answer } = await wayInto(
    "joined",
    { "main.go": main, "repro.yaml": manifest },
    "path.Join",
  );
  expect(details.into?.map((each) => [each.function, each.call?.needs, each.call?.verdict])).toEqual([
    ["the program", "the call of path.Join", "needed"],
    ["path.Join", "the call of Clean", "needed"],
    ["path.Clean", "the call of out.string", "needed"],
    // It calls nothing.
    ["path.(*lazybuf).string", undefined, undefined],
  ]);
  expect(details.needs).toEqual(["the call of out.string"]);
  expect(answer[0]).toMatch(
    /^The crash needs the call of out\.string \(\$GOROOT\/src\/path\/path\.go:\d+\), through path\.Join and path\.Clean\.$/,
  );
});
