"""A mail relay that is not ours: prints its port, then each mail it took as a line of JSON. Ends with its input."""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Keep:
    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        print(json.dumps({
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "signed_in": session.authenticated,
            "headers": [[name.lower(), str(value)] for name, value in mail.items()],
            "type": mail.get_content_type(),
            "parts": [[part.get_content_type(), part.get_content()] for part in parts],
            "defects": [str(defect) for part in mail.walk() for defect in part.defects],
            "longest": max(len(line) for line in raw.split(b"\r\n")),
            "raw": raw.decode("utf-8", "backslashreplace"),
        }), flush=True)
        return "250 2.0.0 kept"


def sign_in(server, session, envelope, mechanism, given):
    # Not handled: the server itself says 535.
    right = (given.login, given.password) == (b"ana@shop", b"p:w/1")
    return AuthResult(success=right, handled=right)


async def main():
    loop = asyncio.get_running_loop()
    settings = {"enable_SMTPUTF8": True, "hostname": "mail.demo", "loop": loop}
    if "auth" in sys.argv:
        settings |= {"authenticator": sign_in, "auth_required": True, "auth_require_tls": False}
    server = await loop.create_server(lambda: SMTP(Keep(), **settings), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
