#!/bin/sh
# start.sh: what a double click on Hushwing.app starts. GTK and Tor are looked
# for inside the bundle, and nowhere else first.
here=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$here/Resources/bin:/usr/bin:/bin"
export XDG_DATA_DIRS="$here/Resources/share"
export GSETTINGS_SCHEMA_DIR="$here/Resources/share/glib-2.0/schemas"
export GTK_EXE_PREFIX="$here/Resources" GTK_DATA_PREFIX="$here/Resources"
export GDK_PIXBUF_MODULE_FILE="$here/Resources/loaders.cache"
export GTK_IM_MODULE_FILE=/dev/null
exec "$here/MacOS/hushwing" "$@"
