#!/bin/sh
# An AppImage of the built program. Needs appimagetool; run `make package` before.
set -eu
cd "$(dirname "$0")/../.."
tree=build/AppDir
rm -rf "$tree"
mkdir -p "$tree/usr/lib" "$tree/usr/share"
cp -a build/dist/rolecall "$tree/usr/lib/rolecall"
cp -a build/linux/share/. "$tree/usr/share/"
cp packaging/linux/rolecall.desktop "$tree/rolecall.desktop"
cp build/linux/share/icons/hicolor/256x256/apps/rolecall.png "$tree/rolecall.png"
cat > "$tree/AppRun" <<'RUN'
#!/bin/sh
here="$(dirname "$(readlink -f "$0")")"
exec "$here/usr/lib/rolecall/rolecall" "$@"
RUN
chmod 755 "$tree/AppRun"
version="$(.venv/bin/python -c 'import app; print(app.__version__)')"
appimagetool --no-appstream "$tree" "dist/Rolecall-$version-$(uname -m).AppImage"
