#!/usr/bin/env bash
# Installs a release of the analyser for the action: downloads the archive for this machine, compares it with its
# published checksum, and puts the binary into the path of the steps that follow.
# Reads ANALYZER_VERSION and ANALYZER_DOWNLOAD_URL; writes the output `version`.
set -euo pipefail

fail() {
  echo "::error title=analyzer::$*"
  exit 2
}

case "${RUNNER_OS:-$(uname -s)}-${RUNNER_ARCH:-$(uname -m)}" in
  Linux-X64 | Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64 | Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  macOS-X64 | Darwin-x86_64) target=x86_64-apple-darwin ;;
  macOS-ARM64 | Darwin-arm64) target=aarch64-apple-darwin ;;
  Windows-*) target=x86_64-pc-windows-msvc ;;
  *) fail "there is no release for ${RUNNER_OS:-$(uname -s)} on ${RUNNER_ARCH:-$(uname -m)}" ;;
esac
archive=analyzer-$target.tar.gz

version=${ANALYZER_VERSION:-latest}
version=${version#v}
if [[ $version == latest ]]; then
  folder=$ANALYZER_DOWNLOAD_URL/latest/download
elif [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+.][0-9A-Za-z.-]+)?$ ]]; then
  folder=$ANALYZER_DOWNLOAD_URL/download/v$version
else
  fail "version: \`$version\` is no version; write \`latest\` or one such as \`0.1.0\`"
fi

home=${RUNNER_TEMP:-$(mktemp -d)}/analyzer
mkdir -p "$home/bin"
fetch() {
  curl --fail --location --silent --show-error --retry 3 --retry-all-errors --output "$home/$1" "$folder/$1" ||
    fail "cannot download $folder/$1"
}
fetch "$archive"
fetch "$archive.sha256"
read -r expected _ <"$home/$archive.sha256"
if command -v sha256sum >/dev/null; then
  read -r found _ < <(sha256sum "$home/$archive")
else
  read -r found _ < <(shasum -a 256 "$home/$archive")
fi
[[ -n $expected && $expected == "$found" ]] ||
  fail "the checksum of $archive is $found, and its release says $expected: nothing was installed"
tar -xzf "$home/$archive" -C "$home/bin"

installed=$("$home/bin/analyzer" --version)
echo "$installed"
echo "$home/bin" >>"$GITHUB_PATH"
echo "version=${installed##* }" >>"$GITHUB_OUTPUT"
