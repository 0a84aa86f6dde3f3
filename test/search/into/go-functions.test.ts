import { expect, test } from "vitest";
import type { Manifest } from "../../../src/manifest/repro.js";
import { goFunctions, programInto } from "../../../src/search/into/go-functions.js";
import type { GoPackage } from "../../../src/search/into/go-tree.js";
import { loadGrammar } from "../../../src/search/syntax/grammar.js";

const MAIN = `package main

import "net"

func main() {
	_, _ = net.Dial("tcp", "localhost:1337")
}
`;
const NET = `package net

import (
	"context"
	"internal/poll"
)

type Conn interface{ Close() error }

type netFD struct {
	pfd poll.FD
}

type sysDialer struct {
	Dialer
}

type Dialer struct{ Hook func() error }

func (d *Dialer) deadline() int { return 1 }

func Dial(network, address string) (Conn, error) {
	var d Dialer
	sd := &sysDialer{Dialer: d}
	if err := d.Hook(); err != nil {
		return nil, err
	}
	_ = sd.deadline()
	fd, err := socket(context.Background())
	if err != nil {
		return nil, err
	}
	return nil, fd.connect()
}

func socket(ctx context.Context) (fd *netFD, err error) {
	return &netFD{}, ctx.Err()
}

func (fd *netFD) connect() error {
	for {
		if err := fd.pfd.WaitWrite(); err != nil {
			return err
		}
	}
}
`;
const POLL = `package poll

type FD struct{ ready bool }

func (fd *FD) WaitWrite() error {
	return wait(fd)
}

func wait(fd *FD) error
`;
const CONTEXT = `package context

type Context interface{ Err() error }

func Background() Context { return nil }
`;

function pkg(path: string, files: Record<string, string>, origin: GoPackage["origin"] = "tree"): GoPackage {
  return { path, origin, folder: origin === "tree" ? `src/${path}` : "", files };
}

async function functions() {
  const all = [
    pkg("command-line-arguments", { "main.go": MAIN }, "program"),
    pkg("net", { "dial.go": NET }),
    pkg("internal/poll", { "fd.go": POLL }),
    pkg("context", { "context.go": CONTEXT }),
  ];
  const manifest = { name: "a", title: "a", language: "go", sources: ["main.go"], patches: ["own.patch"] };
  return goFunctions(await loadGrammar("go"), new Map(all.map((each) => [each.path, each])), {
    manifest: manifest as unknown as Manifest,
    files: { "main.go": MAIN },
  });
}

test("finds a function by the names that people call it by", async () => {
  const { named } = await functions();
  expect(named("net.Dial")).toEqual(["net.Dial"]);
  expect(named("net.netFD.connect")).toEqual(["net.(*netFD).connect"]);
  expect(named("(*netFD).connect")).toEqual([]);
  expect(named("poll.(*FD).WaitWrite")).toEqual(["internal/poll.(*FD).WaitWrite"]);
  expect(named("main")).toEqual(["main"]);
});

test("begins with the program's own calls", async () => {
  const { open } = await functions();
  const program = open(programInto("net.Dial"));
  expect(program?.parts.map(({ needs, callee }) => [needs, callee])).toEqual([
    ["the call of net.Dial", "net.Dial"],
  ]);
  expect(program?.parts[0]?.without.files["main.go"]).toContain('net.LeftOutByVivarium("tcp"');
});

test("tells which function a call means: of a package, of a local variable's type, of a field's, of an embedded one's", async () => {
  const { open } = await functions();
  const dial = open("net.Dial")?.parts ?? [];
  expect(dial.filter(({ kind }) => kind === "call").map(({ needs, callee }) => [needs, callee])).toEqual([
    ["the call of sd.deadline", "net.(*Dialer).deadline"],
    ["the call of socket", "net.socket"],
    ["the call of context.Background", "context.Background"],
    ["the call of fd.connect", "net.(*netFD).connect"],
  ]);
  const connect = open("net.(*netFD).connect")?.parts ?? [];
  expect(connect.map(({ needs, callee }) => [needs, callee])).toEqual([
    ["the call of fd.pfd.WaitWrite", "internal/poll.(*FD).WaitWrite"],
  ]);
  // An interface's method has no body, nor has one that is written in assembler.
  expect(open("net.socket")?.parts.map(({ kind }) => kind)).toEqual([]);
  expect(open("internal/poll.(*FD).WaitWrite")?.parts.map(({ callee }) => callee)).toEqual([null]);
});

test("leaves a call out by a twin of its function that does nothing, in a patch of the Go tree", async () => {
  const { open } = await functions();
  const call = open("net.(*netFD).connect")?.parts[0];
  expect(call?.place).toEqual({ file: "$GOROOT/src/net/dial.go", line: 42, lastLine: 42 });
  expect(call?.without.manifest.patches).toEqual(["own.patch", "vivarium-left-out.patch"]);
  expect(call?.without.files["vivarium-left-out.patch"]).toMatchInlineSnapshot(`
    "--- a/src/net/dial.go
    +++ b/src/net/dial.go
    @@ -39,7 +39,7 @@
     
     func (fd *netFD) connect() error {
     	for {
    -		if err := fd.pfd.WaitWrite(); err != nil {
    +		if err := fd.pfd.LeftOutByVivarium(); err != nil {
     			return err
     		}
     	}
    --- a/src/internal/poll/fd.go
    +++ b/src/internal/poll/fd.go
    @@ -6,4 +6,8 @@
     	return wait(fd)
     }
     
    +func (fd *FD) LeftOutByVivarium() (leftOut0 error) {
    +	return
    +}
    +
     func wait(fd *FD) error
    "
  `);
  // With other results beside it, the error says that they are none.
  const socket = open("net.Dial")?.parts.find(({ needs }) => needs === "the call of socket");
  expect(socket?.without.files["vivarium-left-out.patch"]).toContain("leftOut1 = leftOutByVivarium{}");
});
