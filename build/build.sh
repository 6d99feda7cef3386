#!/bin/bash
# build.sh: bin/hushwing and bin/hushwing-net, from a fresh machine on.
. "$(dirname "$0")/common.sh"
build/deps.sh run
use_go
build_program
finish "built bin/hushwing"
