"""A real SMTP server (aiosmtpd) for one test: prints its port, then one JSON line per mail it took."""
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

way, certificate, key, user, password = sys.argv[1:6]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('nobody@'):
            return '550 5.1.1 no such mailbox'
        if address.startswith('later@'):
            return '451 4.3.0 try again later'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({
            'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'tls': session.ssl is not None or way == 'tls',
            'user': session.auth_data.login.decode() if session.auth_data else None,
            'content': envelope.content.decode('ascii'),
        }), flush=True)
        return '250 OK'


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (user, password)
    return AuthResult(success=good, handled=good, auth_data=data)


tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(certificate, key)
options = {'hostname': '127.0.0.1', 'port': int(sys.argv[6]), 'ready_timeout': 60, 'authenticator': authenticate}
if way == 'starttls':
    options.update(tls_context=tls, require_starttls=True, auth_required=True)
elif way == 'tls':
    options.update(ssl_context=tls, auth_require_tls=False, auth_required=True)
controller = Controller(Handler(), **options)
controller.start()
print(controller.server.sockets[0].getsockname()[1], flush=True)
sys.stdin.read()
