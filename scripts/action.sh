#!/usr/bin/env bash
# The step of action.yml: runs vivarium, writes its outputs and the job's summary. Its exit code is the verdict.
set -uo pipefail

arguments=(run "$REPRO" --progress plain --json)
if [ -n "${ENVIRONMENTS:-}" ]; then arguments+=(--env "$ENVIRONMENTS"); fi
# Words, as a command line's user means them; no file names are made of patterns in them.
set -f
# shellcheck disable=SC2206
arguments+=(${ARGS:-})
set +f

result=$(mktemp)
node "$VIVARIUM" "${arguments[@]}" >"$result"
code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"

if [ -s "$result" ]; then
  id=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).id' "$result")
  folder=.vivarium/campaigns/$id
  {
    echo "folder=$folder"
    echo "result=$folder/result.json"
  } >>"$GITHUB_OUTPUT"
  node "$VIVARIUM" report "$id" --format junit --out "$folder/junit.xml"
  node "$VIVARIUM" report "$id" --format sarif --out "$folder/result.sarif"
  node "$VIVARIUM" report "$id" --format github >>"$GITHUB_STEP_SUMMARY"
fi
rm -f "$result"

if [ "$code" -eq 1 ] && [ "${FAIL_ON_MISS:-true}" != true ]; then exit 0; fi
exit "$code"
