"""The key, checked ahead of everything else under /internal/."""

import hmac

from fastapi.responses import JSONResponse


class KeyMiddleware:
    """Answers 401 unless X-Internal-Key is the key; the body is not looked at."""

    def __init__(self, app, key):
        self.app = app
        self.key = key.encode()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or self.may_pass(scope):
            await self.app(scope, receive, send)
        else:
            refusal = JSONResponse({"detail": "Invalid X-Internal-Key"}, 401)
            await refusal(scope, receive, send)

    def may_pass(self, scope):
        if not scope["path"].startswith("/internal/"):
            return True
        given = dict(scope["headers"]).get(b"x-internal-key", b"")
        return hmac.compare_digest(given, self.key)
