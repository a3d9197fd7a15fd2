"""SignIn: how a browser goes to the provider and comes back with a name."""

from __future__ import annotations

from allocopt.review.access.cookie import Cookie
from allocopt.review.access.provider import Provider, Question, SignInError
from allocopt.review.access.questions import Questions
from allocopt.review.access.settings import OidcProvider

CALLBACK = "/signed-in"


class SignIn:
    """Sign-ins at one provider; `cookie` binds each to the browser that began it."""

    def __init__(self, settings: OidcProvider, secret: str, callback: str, cookie: Cookie) -> None:
        self.cookie = cookie
        self._provider = Provider(settings, secret, callback)
        self._questions = Questions()

    def begin(self, to: str) -> tuple[str, str]:
        """Where the browser goes to sign in, and what it is to keep until it is back.

        Raises:
            SignInError: the provider cannot be reached.
        """
        question = self._questions.begin(to)
        return self._provider.address_for(question), question.state

    def end(self, told: dict[str, str], kept: str) -> tuple[str, str]:
        """Who signed in, and where the browser goes on; `told` is what it brought, `kept` what it kept.

        Raises:
            SignInError: it is not the answer to a question of this browser, or the provider refused.
        """
        question: Question | None = self._questions.end(told.get("state", ""), kept)
        if question is None:
            raise SignInError("this sign-in was not begun here, or is over; begin again")
        if "code" not in told:
            reason = told.get("error_description") or told.get("error") or "no code"
            raise SignInError(f"the provider says: {reason[:200]}")
        return self._provider.name_of(told["code"], question), question.to
