#!/usr/bin/env bash
# Find or fetch a Chromium and a font with Chinese characters for the tests that open the report.
# A browser that is there is used; else Debian's package if we may install it; else Playwright's own copy.
set -euo pipefail
bin=${1:?the folder of the virtual environment\'s programs}

chinese() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; }

as_root=()
may_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] && return 0
  as_root=(sudo -n)
  command -v sudo >/dev/null && sudo -n true 2>/dev/null
}

wanted=()
[ -x /usr/bin/chromium ] || wanted+=(chromium)
chinese || wanted+=(fontconfig fonts-noto-cjk)

if [ "${#wanted[@]}" -gt 0 ] && may_install; then
  echo "Installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq || true
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null || true
fi

if [ ! -x /usr/bin/chromium ]; then
  "$bin/playwright" install chromium
fi
chinese || echo "No font with Chinese characters was found; install one (Debian: fonts-noto-cjk) to look at pictures." >&2
