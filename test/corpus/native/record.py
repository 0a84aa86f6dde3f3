"""Records native captures of the programs in test/docker/faults with evidence.py, in a container that has gcc and gdb:

    docker run --rm --init -e RECORD="SUITE PROGRAM..." -v "$PWD:/src:ro" -v "$PWD/test/corpus/native:/corpus" \
        IMAGE gdb -nx -q -batch -x /src/test/corpus/native/record.py

The images have no Python but the one in gdb. Each case becomes real-SUITE-LIBC-LINK-PROGRAM.txt (hang-… where it hangs); UPDATE=1 on the test then fills its expectations.
"""

import json
import os
import subprocess
import sys
import tempfile

SOURCES = "/src/test/docker/faults"
EVIDENCE = "/src/dockerfiles/container/evidence.py"
LINKS = {
    "glibc-static": ["gcc", "-static"],
    "glibc-dynamic": ["gcc"],
    "musl-static": ["musl-gcc", "-static"],
}


def capture(program, hangs):
    """The first capture of one run that is fatal or of a hang, as the NativeCapture that the host makes of the answer's lines."""
    limits = {"stack": 8 << 20, "files": 1024}
    request = {"mark": "@@", "program": program, "args": [], "env": {}, "stdin": None, "timeoutMs": 1000 if hangs else 20000, "limits": limits}
    environment = {**os.environ, "VIVARIUM_CAPTURE": json.dumps(request)}
    command = ["gdb", "-nx", "-q", "-batch", "-x", EVIDENCE]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    lines = [json.loads(line[3:]) for line in answer.stdout.splitlines() if line.startswith("@@ ")]
    verdicts = {line["id"]: line["fatal"] for line in lines if line["kind"] == "verdict"}
    end = next((line for line in lines if line["kind"] == "end"), {"stderr": ""})
    for line in lines:
        if line["kind"] != "capture":
            continue
        fatal = verdicts.get(line["id"], line["fatal"])
        if fatal or line.get("hang"):
            found = {key: value for key, value in line.items() if key not in ("kind", "id")}
            return {**found, "fatal": fatal, "stderr": end["stderr"]}
    print(program, "was not captured:", answer.stdout[-500:], answer.stderr[-500:], file=sys.stderr)
    return None


def build(name, compiler, program):
    """Compiles a program of the faults, or one of the two repros that vivarium began with, as their manifests do."""
    flags = ["-g", "-O1", "-fno-omit-frame-pointer", "-pthread"]
    if name == "golang-13470":
        with open("/etc/nsswitch.conf", "w") as config:
            config.write("passwd: compat\n")
        root = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True).stdout.strip()
        lookup = os.path.realpath(f"{root}/src/os/user/lookup.go")
        with open(lookup) as source:
            text = source.read()
        with open(lookup, "w") as source:
            head = "func Current() (*User, error) {\n"
            source.write(text.replace(head + "\tcache", head + "\treturn current()\n\tcache"))
        static = "-extldflags=-static" if "-static" in compiler else ""
        environment = {**os.environ, "CC": compiler[0], "HOME": "/tmp", "GO111MODULE": "off", "CGO_ENABLED": "1"}
        command = ["go", "build", "-ldflags", f"-linkmode external {static}", "-o", program]
        return subprocess.run([*command, f"/src/repros/{name}/main.go"], env=environment).returncode == 0
    if name == "glibc-19341":
        with open("/etc/nsswitch.conf", "w") as config:
            config.write("passwd: compat\n")
        source = f"/src/repros/{name}/main.c"
    else:
        source = f"{SOURCES}/{name}.c"
    return subprocess.run([*compiler, *flags, "-o", program, source], stderr=subprocess.DEVNULL).returncode == 0


def main():
    suite, *programs = os.environ["RECORD"].split()
    for name in programs:
        for link, compiler in LINKS.items():
            with tempfile.TemporaryDirectory() as folder:
                program = f"{folder}/program"
                if not build(name, compiler, program):
                    print("does not compile:", suite, link, name, file=sys.stderr)
                    continue
                found = capture(program, name.startswith("hang-"))
                if found is None:
                    continue
                kind = "hang" if found.get("hang") else "real"
                with open(f"/corpus/{kind}-{suite}-{link}-{name}.txt", "w") as case:
                    case.write(f"SOURCE: recorded, {suite}, {link}, {name}\n\n")
                    json.dump(found, case, separators=(",", ":"))
                    case.write("\n")


main()
