#!/bin/sh
# Signs, notarises and packs build/dist/Rolecall.app into a dmg. Needs macOS and, in the environment: IDENTITY (a Developer ID
# Application certificate in the keychain), NOTARY_PROFILE (of `xcrun notarytool store-credentials`). Without IDENTITY it
# packs unsigned.
set -eu
cd "$(dirname "$0")/../.."
app=build/dist/Rolecall.app
if [ -n "${IDENTITY:-}" ]; then
    codesign --force --deep --options runtime --timestamp --entitlements packaging/macos/entitlements.plist \
        --sign "$IDENTITY" "$app"
    codesign --verify --strict --deep "$app"
fi
version="$(.venv/bin/python -c 'import app; print(app.__version__)')"
image="dist/Rolecall-$version.dmg"
rm -f "$image"
folder="$(mktemp -d)"
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname Rolecall -srcfolder "$folder" -ov -format UDZO "$image"
rm -rf "$folder"
if [ -n "${IDENTITY:-}" ] && [ -n "${NOTARY_PROFILE:-}" ]; then
    codesign --sign "$IDENTITY" --timestamp "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
