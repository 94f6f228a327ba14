#!/bin/sh
# install.sh local|dev|docs   install an extra of pyproject.toml into .venv, with uv if possible, else with pip
# install.sh usable      print "yes" if .venv can be reused
# install.sh lock [...]  renew constraints.txt; arguments go to uv, such as --upgrade
#
# PYTHON, if set, is the interpreter to use; a .venv of another version is replaced.
set -eu
cd "$(dirname "$0")/.."

VENV=.venv
BIN=$VENV/bin
COMPLETE=$VENV/.complete # missing while an installation runs, and after one was interrupted
KILLED=128               # exit statuses above this one are signals
SUPPORTED='import sys; sys.exit(sys.version_info < (3, 11))'
VERSION='import platform; print(platform.python_version())'
quiet=--quiet
if [ -t 1 ] && [ -t 2 ]; then quiet=; fi
trap 'exit 130' INT TERM HUP

say() { echo "$*" >&2; }

is_usable() {
    [ -x $BIN/python ] && [ -e $COMPLETE ] || return 1
    [ -z "${PYTHON:-}" ] || grep -qx "version = $("$PYTHON" -c "$VERSION" 2>&1)" $VENV/pyvenv.cfg
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for python in "$@"; do
        if "$python" -c "$SUPPORTED" 2>/dev/null; then return; fi
    done
    say "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."
    exit 1
}

make_venv() {
    choose_python
    say "Creating .venv with Python $("$python" -c "$VERSION") ..."
    without_pip=
    if command -v uv >/dev/null; then without_pip=--without-pip; fi
    "$python" -m venv --clear $without_pip $VENV
}

with_pip() {
    $BIN/python -m pip --version >/dev/null 2>&1 || $BIN/python -m ensurepip >/dev/null
    $BIN/python -m pip install --disable-pip-version-check -c constraints.txt "$@"
}

find_uv() {
    if command -v uv; then return; fi
    [ -x $BIN/uv ] || with_pip --quiet --only-binary :all: uv >&2 || return 1
    echo $BIN/uv
}

with_uv() {
    "$uv" pip install --python $BIN/python -c constraints.txt -b constraints.txt "$@"
}

install_extra() {
    if ! uv=$(find_uv); then
        say "uv cannot be installed (see above); using pip, which takes some minutes ..."
    elif with_uv $quiet -e ".[$1]"; then
        return
    else
        status=$?
        [ $status -le $KILLED ] || return $status
        say "uv failed (see above); trying pip, which takes some minutes ..."
    fi
    with_pip $quiet -e ".[$1]"
}

install() {
    is_usable || make_venv
    rm -f $COMPLETE
    say "$2"
    install_extra "$1" || {
        status=$?
        # A failed installer leaves what was there before; a killed one may leave half a package.
        [ $status -gt $KILLED ] || touch $COMPLETE
        return $status
    }
    touch $COMPLETE
}

case ${1:-} in
    local) install local "Installing what running needs (about 15 seconds, only when dependencies change) ..." ;;
    dev) install dev "Installing what tests and checks add (about 20 seconds, only when dependencies change) ..." ;;
    docs) install docs "Installing what the documentation site adds (a few seconds, only when dependencies change) ..." ;;
    usable) if is_usable; then echo yes; fi ;;
    lock)
        shift
        # hatchling builds the package, and uv installs it: no extra names them.
        printf 'hatchling\nuv\n' | "$(find_uv)" pip compile --quiet --universal --python-version 3.11 \
            --fork-strategy fewest --no-annotate --no-header "$@" \
            --extra dev --extra docs pyproject.toml - -o constraints.txt
        ;;
    *)
        say "usage: install.sh local | dev | docs | usable | lock [--upgrade]"
        exit 2
        ;;
esac
