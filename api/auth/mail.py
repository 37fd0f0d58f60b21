"""Sends sign-in links by mail, or prints them where no mail server is configured."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from schema.settings import Settings
from schema.store.accounts import LINK_LIFE

_PATIENCE_SECONDS = 20
_MINUTES = int(LINK_LIFE.total_seconds() // 60)


def send_link(settings: Settings, email: str, secret: str) -> None:
    """Brings a link to the person at `email`; raises OSError or SMTPException when the server does not take it."""
    link = f"{settings.public_url.rstrip('/')}/sign-in/{secret}"
    if not settings.smtp_url:
        print(f"sign-in link for {email}, good once and for {_MINUTES} minutes: {link}", flush=True)
        return
    message = EmailMessage()
    message["Subject"] = "Sign in to Cohort Almanac"
    message["From"] = settings.mail_from
    message["To"] = email
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        f"Open this link to sign in. It works once, within {_MINUTES} minutes:\n\n{link}\n\n"
        "If you did not ask for it, ignore this message: nothing happens without the link.\n"
    )
    with _server(settings.smtp_url) as server:
        server.send_message(message)


def _server(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, tls = parts.hostname or "", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_PATIENCE_SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=_PATIENCE_SECONDS)
        server.ehlo()
        if parts.username or server.has_extn("starttls"):  # a password never travels in the clear
            server.starttls(context=tls)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
