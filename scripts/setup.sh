#!/usr/bin/env bash
# Makes .venv: every locked dependency, checked against its hash, and openline itself, editable.
#
# Safe to run again, and to run twice at once: the second waits for the first, and what is already
# right is left alone. Packages come from wherever this machine's pip or uv is set up to find them.
#
#   PYTHON=python3.12 scripts/setup.sh     another interpreter than python3
#   VENV=/somewhere/else scripts/setup.sh  another place than .venv
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
venv=${VENV:-.venv}
ready=$venv/.ready
venv_python=$venv/bin/python

say() { echo "setup: $*" >&2; }

make_venv() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
        say "$python is missing or older than 3.11. Install Python 3.11, or name one: make PYTHON=python3.12"
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

install_with_uv() {
    local uv
    uv=$(find_uv) || return 1
    "$uv" pip install --quiet --python "$venv_python" --require-hashes -r requirements.lock &&
        "$uv" pip install --quiet --python "$venv_python" --no-deps --no-build-isolation -e .
}

install_with_pip() {
    "$venv_python" -m pip --version >/dev/null 2>&1 || "$venv_python" -m ensurepip --upgrade >/dev/null
    "$venv_python" -m pip install --quiet --require-hashes -r requirements.lock
    "$venv_python" -m pip install --quiet --no-deps --no-build-isolation -e .
}

exec 9<"$0"
flock 9 # until this script ends

wanted=$(cat requirements.lock pyproject.toml scripts/setup.sh | sha256sum && pwd -P)
if [[ -f $ready && $(<"$ready") == "$wanted" ]] && "$venv_python" -c 'import openline' 2>/dev/null; then
    touch "$ready"
    exit 0
fi

make_venv
rm -f "$ready"
say "installing the locked dependencies"
if [[ ${INSTALLER:-uv} == pip ]] || ! install_with_uv; then
    [[ ${INSTALLER:-uv} == pip ]] || say "uv could not (it reads no pip configuration): pip, then"
    install_with_pip
fi
echo "$wanted" >"$ready"
