"""The proxy's key desk: virtual keys without a database, read from the file GATEWAY_KEYS."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fastapi import HTTPException, Request
from litellm.proxy._types import UserAPIKeyAuth

KEYS = json.loads(Path(os.environ["GATEWAY_KEYS"]).read_text(encoding="utf-8"))


async def admit(request: Request, api_key: str) -> UserAPIKeyAuth:
    """Who the key belongs to; an unknown key is turned away."""
    if api_key not in KEYS:
        raise HTTPException(status_code=401, detail="unknown key")
    return UserAPIKeyAuth(api_key=api_key, **KEYS[api_key])
