#!/bin/sh
# Print the path of the best Python on this machine for addax, or say how to get one.
#
# 3.12 first: JAX's current release needs it and is much faster on a CPU than the last
# one for 3.11. Candidates are run, not only looked up: a pyenv shim exists for every
# version that pyenv has, and fails for all but the active ones.
set -u

suits() { # PATH MINOR: is it a working CPython 3.MINOR (MINOR may be `any` >= 11)?
    "$1" - "$2" >/dev/null 2>&1 <<'PYTHON'
import ensurepip, sys, venv
wanted = sys.argv[1]
major, minor = sys.version_info[:2]
sys.exit(not (major == 3 and (minor >= 11 if wanted == "any" else minor == int(wanted))))
PYTHON
}

offer() { # print PATH and stop if it suits
    if [ -x "$(command -v "$1" 2>/dev/null)" ] && suits "$1" "$2"; then
        command -v "$1"
        exit 0
    fi
}

if [ -n "${PYTHON:-}" ]; then
    offer "$PYTHON" any
    echo "PYTHON=$PYTHON is not a Python >= 3.11 with venv and ensurepip." >&2
    echo "Name another one:  make PYTHON=/path/to/python3.12" >&2
    exit 1
fi

offer_on_path() { # NAME MINOR: every one on the PATH, for the first may be a shim
    old_ifs=$IFS
    IFS=:
    for folder in $PATH; do
        offer "$folder/$1" "$2"
    done
    IFS=$old_ifs
}

pyenv_root=${PYENV_ROOT:-$HOME/.pyenv}
for minor in 12 13 14 11; do
    offer_on_path "python3.$minor" "$minor"
    offer_on_path python3 "$minor"
    for path in "$pyenv_root"/versions/3."$minor".*/bin/python3; do
        offer "$path" "$minor"
    done
    if command -v uv >/dev/null 2>&1; then
        offer "$(uv python find --no-project "3.$minor" 2>/dev/null)" "$minor"
    fi
done
offer_on_path python3 any
offer_on_path python any

cat >&2 <<'MESSAGE'
addax needs Python 3.11 or newer (3.12 is the best choice), with venv and ensurepip,
and none was found on this machine. Any of these gives one:

    uv python install 3.12
    pyenv install 3.12
    apt-get install python3 python3-venv        # Debian 12, Ubuntu 24.04 or newer

Or name the one to use:  make PYTHON=/path/to/python3.12
MESSAGE
exit 1
