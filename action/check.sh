#!/usr/bin/env bash
# The action's main step: checks the project once for code scanning, and from the cached facts for annotations and the job's summary.
# A pull request is compared with its base. Reads ANALYZER_*; writes the outputs `exit-code`, `findings` and `sarif-file`,
# and leaves the verdict to the last step, so that the SARIF file is uploaded also when there are findings.
set -euo pipefail

path=${ANALYZER_PATH:-.}
# Arguments are split as a shell would split them, and nothing else is evaluated.
args=()
while IFS= read -r -d '' word; do args+=("$word"); done < <(xargs printf '%s\0' <<<"${ANALYZER_ARGS:-}")
[[ ${#args[@]} == 1 && -z ${args[0]} ]] && args=()

case ${ANALYZER_FAIL_ON:-} in
  "") ;;
  never) args+=(--exit-zero) ;;
  *) args+=(--fail-on "$ANALYZER_FAIL_ON") ;;
esac

sarif=${ANALYZER_SARIF:-analyzer.sarif}
category=()
[[ -n ${ANALYZER_CATEGORY:-} ]] && category=(--category "$ANALYZER_CATEGORY")

# Code scanning compares branches itself, so it gets every finding. An exit code over 1 says that there is no result.
code=0
analyzer check "$path" ${args[@]+"${args[@]}"} ${category[@]+"${category[@]}"} --sarif -o "$sarif" || code=$?
if ((code > 1)); then
  echo "exit-code=$code" >>"$GITHUB_OUTPUT"
  exit 0
fi
echo "sarif-file=$sarif" >>"$GITHUB_OUTPUT"

# What the base branch has already is not this pull request's: the summary, the annotations and the verdict leave it out.
compared=()
if [[ ${ANALYZER_COMPARE:-true} == true && -n ${GITHUB_BASE_REF:-} ]]; then
  temp=${RUNNER_TEMP:-$(mktemp -d)}
  tree=$temp/analyzer-base
  prefix=$(git -C "$path" rev-parse --show-prefix)
  trap 'git -C "$path" worktree remove --force "$tree" 2>/dev/null || true' EXIT
  if git -C "$path" fetch --quiet --no-tags --depth=1 origin "$GITHUB_BASE_REF" &&
    git -C "$path" worktree add --quiet --force --detach "$tree" FETCH_HEAD &&
    analyzer check "$tree/$prefix" ${args[@]+"${args[@]}"} --exit-zero --baseline "$temp/analyzer-base.json" --write-baseline >/dev/null 2>&1; then
    compared=(--baseline "$temp/analyzer-base.json")
  else
    echo "::warning title=analyzer::the base branch $GITHUB_BASE_REF cannot be compared with: everything is reported"
  fi
fi

summary=$(mktemp)
code=0
analyzer check "$path" ${args[@]+"${args[@]}"} ${compared[@]+"${compared[@]}"} --output-format markdown -o "$summary" || code=$?
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  if ((${#compared[@]})); then
    echo "The baseline is \`$GITHUB_BASE_REF\`: only what this change adds is listed."
    echo
  fi >>"$GITHUB_STEP_SUMMARY"
  cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
if [[ ${ANALYZER_ANNOTATIONS:-true} == true ]]; then
  analyzer check "$path" ${args[@]+"${args[@]}"} ${compared[@]+"${compared[@]}"} --output-format github || true
fi
findings=$(sed -n 's/^## analyzer: \([0-9,]*\) findings\{0,1\}$/\1/p' "$summary" | tr -d ,)
{
  echo "exit-code=$code"
  echo "findings=${findings:-0}"
} >>"$GITHUB_OUTPUT"
