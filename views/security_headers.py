"""The headers that go with everything the server sends: what a browser may load, keep and tell others."""

from __future__ import annotations

import base64
import hashlib
import re

from views.limits import Limits
from views.shell import shell

_NOTHING = ("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
            "magnetometer", "microphone", "midi", "payment", "usb")  # fmt: skip


def inline_scripts(page: str) -> tuple[str, ...]:
    """The hashes, as a policy names them, of the scripts written into an HTML page itself."""
    written = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in written)
    return tuple(f"'sha256-{digest}'" for digest in hashes)


def policy(scripts: tuple[str, ...]) -> str:
    """The Content-Security-Policy: nothing from any other host, and no script but the server's own files and ``scripts``."""
    # Streamlit and Plotly set styles as they draw, and Plotly draws its pictures for download as blobs and data.
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", *scripts)),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(limits: Limits) -> tuple[tuple[bytes, bytes], ...]:
    """Name and value of every header, as the server's protocol has them."""
    headers = {
        "content-security-policy": policy(inline_scripts(shell())),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": ", ".join(f"{name}=()" for name in _NOTHING),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if not limits.search_engines:
        headers["x-robots-tag"] = "noindex, nofollow, noarchive"
    if limits.tls:
        headers["strict-transport-security"] = "max-age=31536000"
    return tuple((name.encode(), value.encode("ascii")) for name, value in headers.items())
