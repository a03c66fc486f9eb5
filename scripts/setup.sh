#!/usr/bin/env bash
# Makes .venv: every locked dependency, checked against its hash, and openline itself, editable.
# With `peers` as its argument it makes .venv-peers instead: the programs that benchmarks are
# measured against and the traffic they read, from requirements-peers.lock, without openline. With
# `conformance` it makes .venv-conformance: the public prober that judges the F3548 server. With
# `foreign` it makes .venv-foreign: other people's verifiers, which judge our record; and gets
# Debian's Go with its library for transparent logs, where apt is and this is root; and what judges
# the console's pages and runs the tests of its pure parts, where npm is. With `grammar` it adds to
# .venv a parser of English with its model, and a model of what texts are like: reports are read by
# both, beside the rules.
#
# Safe to run again, and to run twice at once: the second waits for the first, and what is already
# right is left alone. Packages come from wherever this machine's pip or uv is set up to find them.
#
#   PYTHON=python3.12 scripts/setup.sh     another interpreter than python3
#   VENV=/somewhere/else scripts/setup.sh  another place than .venv
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
oldest=11 # Python 3.11
case ${1:-} in
peers)
    venv=${VENV:-.venv-peers} lock=requirements-peers.lock
    # The lock is all there is to install: some of it is there for its files, not to be imported.
    options=(--no-deps) check='import s2geometry'
    ;;
conformance)
    venv=${VENV:-.venv-conformance} lock=requirements-conformance.lock
    options=(--no-deps) check='import monitoring.prober' oldest=13
    ;;
foreign)
    venv=${VENV:-.venv-foreign} lock=requirements-foreign.lock
    # They state a newer Python than they need. pip can be told so, uv cannot.
    options=(--no-deps --ignore-requires-python) check='import aics_witness'
    INSTALLER=pip
    ;;
grammar)
    venv=${VENV:-.venv} lock=requirements-grammar.lock
    # One model asks for an older spaCy than any that this Python runs, the other for 2 GB of libraries.
    options=(--no-deps) check='import en_core_web_sm, safetensors, spacy, tokenizers' ready=.ready-grammar
    ;;
*)
    venv=${VENV:-.venv} lock=requirements.lock
    options=() check='import openline'
    ;;
esac
ready=$venv/${ready:-.ready}
venv_python=$venv/bin/python

say() { echo "setup: $*" >&2; }

make_venv() {
    "$python" -c "import sys; sys.exit(sys.version_info < (3, $oldest))" 2>/dev/null || {
        say "$python is missing or older than 3.$oldest. Install Python 3.$oldest, or name one: make PYTHON=python3.14"
        exit 1
    }
    if ! "$venv_python" -c '' 2>/dev/null; then
        say "making $venv with $("$python" --version)"
        "$python" -m venv --clear "$venv" || {
            say "this Python cannot make a venv. On Debian: apt-get install python3-venv"
            exit 1
        }
    fi
}

# Prints the uv to use: the machine's own, else one that pip puts into the venv by its locked hash.
find_uv() {
    if uv --version >/dev/null 2>&1; then
        echo uv
    else
        awk '/^[a-z]/ { wanted = /^uv==/ } wanted' requirements.lock >"$venv/uv.lock"
        "$venv_python" -m pip install --quiet --no-deps --require-hashes -r "$venv/uv.lock" >&2
        echo "$venv/bin/uv"
    fi
}

# Installs openline by the command given, editable; not beside what others made.
install_itself() {
    [[ $lock != requirements.lock ]] || "$@" --quiet --no-deps --no-build-isolation -e .
}

install_with_uv() {
    local uv
    uv=$(find_uv) || return 1
    "$uv" pip install --quiet --python "$venv_python" --require-hashes "${options[@]}" -r "$lock" &&
        install_itself "$uv" pip install --python "$venv_python"
}

install_with_pip() {
    "$venv_python" -m pip --version >/dev/null 2>&1 || "$venv_python" -m ensurepip --upgrade >/dev/null
    "$venv_python" -m pip install --quiet --require-hashes "${options[@]}" -r "$lock"
    install_itself "$venv_python" -m pip install
}

exec 9<"$0"
flock 9 # until this script ends

wanted=$(cat "$lock" pyproject.toml scripts/setup.sh | sha256sum && pwd -P)
if [[ -f $ready && $(<"$ready") == "$wanted" ]] && "$venv_python" -c "$check" 2>/dev/null; then
    touch "$ready"
    exit 0
fi

# What is not for Python: a skipped test names it, so none of it ends the set-up.
get_foreign() {
    local node=$venv/node go=/usr/share/gocode/src/golang.org/x/mod/sumdb
    if npm --version >/dev/null 2>&1; then
        mkdir -p "$node" && cp tests/record/foreign/package*.json "$node"
        (cd "$node" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null) || say "npm could not get @sigstore/verify"
        (cd src/openline/console/web && npm ci --ignore-scripts --no-audit --no-fund >/dev/null) || say "npm could not get what judges the console"
    fi
    if [[ ! -d $go ]] && [[ $EUID == 0 ]] && apt-get --version >/dev/null 2>&1; then
        say "installing Debian's golang-go and golang-golang-x-mod-dev"
        (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
            golang-go golang-golang-x-mod-dev) >/dev/null 2>&1 || say "apt could not install Go"
    fi
}

make_venv
rm -f "$ready"
say "installing what $lock names"
if [[ ${INSTALLER:-uv} == pip ]] || ! install_with_uv; then
    [[ ${INSTALLER:-uv} == pip ]] || say "uv could not (it reads no pip configuration): pip, then"
    install_with_pip
fi
[[ $lock != requirements-foreign.lock ]] || get_foreign
echo "$wanted" >"$ready"
