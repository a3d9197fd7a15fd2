"""Engine: Jinja2 as documents use it; run as a program, it draws a company's templates in its own process.

The program is given every template and all content in its requests, so it opens no file: once it has
started it may not. It reads one request per line and writes one answer per line, both JSON. It imports
nothing of allocopt, and so it is there within a tenth of a second.
"""

from __future__ import annotations

import codecs
import contextlib
import difflib
import json
import re
import sys
import textwrap  # noqa: F401 - see below
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import FrameType, TracebackType
from typing import Any, TextIO

try:
    import resource
except ImportError:  # Windows: there the time is limited alone
    resource = None  # type: ignore[assignment]

if __name__ == "__main__":  # isolated from every variable and folder, so told where Jinja2 is
    sys.path += sys.argv[1:]

import jinja2
import jinja2.debug  # see below
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import do_mark_safe
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What is imported when it is first used has to be there before no file can be opened any more.
codecs.lookup("unicode-escape")

Problem = dict[str, Any]
# A name, a file or a filter that is not there: what is asked for and what there is.
_NO_SUCH = re.compile(r"No (filter|test) named '([^']*)'")


class Named(jinja2.Undefined):
    """A value that is not there, told with the nearest one that is."""

    known: Sequence[str] = ()  # variables that there are

    @property
    def _undefined_message(self) -> str:
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_hint:
            return self._undefined_hint
        if owner is jinja2.utils.missing:
            return f"no variable {name!r}" + nearest(str(name), self.known)
        if not isinstance(owner, dict):
            return f"no {name!r} in a {type(owner).__name__}"
        return f"no entry {name!r}" + nearest(str(name), [str(key) for key in owner])


class Missing(Named, jinja2.StrictUndefined):
    """A value that is not there, and an error wherever it is used."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known word is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def make_environment(
    source_of: Callable[[str], str | None],
    kind: type[jinja2.Environment] = jinja2.Environment,
    undefined: type[jinja2.Undefined] = Missing,
    cache: jinja2.BytecodeCache | None = None,
) -> jinja2.Environment:
    """Everything is escaped, and a missing value is an error; style sheets are taken as they stand."""

    def load(name: str) -> tuple[str, str, None] | None:
        source = source_of(name)
        if source is None:
            return None
        return (
            (f"{{% raw %}}{source}{{% endraw %}}" if name.endswith(".css") else source),
            name,
            None,
        )

    environment = kind(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=cache,
    )
    environment.filters["css_text"] = css_text
    return environment


def css_text(text: object) -> str:
    """Text as a string of a style sheet; nothing in it can end the string or the style."""
    letters = (
        letter if letter.isalnum() or letter == " " else f"\\{ord(letter):x} "
        for letter in str(text)
    )
    return do_mark_safe(f'"{"".join(letters)}"')


class Compiled(jinja2.BytecodeCache):
    """What was compiled before, so that each document can have an environment that no other has touched."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Hand over what was compiled."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep what was compiled."""
        self.code[bucket.key] = bucket.bytecode_to_string()


def problem_of(
    error: BaseException, names: Iterable[str], environment: jinja2.Environment
) -> Problem:
    """What went wrong in which file and line."""
    file, line = place_of(error, set(names))
    message = str(error) or type(error).__name__
    if isinstance(error, jinja2.TemplateNotFound):
        message = f"no template {error.name!r}" + nearest(str(error.name), names)
    elif isinstance(error, jinja2.TemplateSyntaxError):
        message = _syntax_message(error, environment)
    elif isinstance(error, SecurityError):
        message = f"not allowed in a template: {message}"
    elif isinstance(error, RecursionError):
        message = "templates or macros call each other without end"
    elif isinstance(error, MemoryError | OverflowError):
        message = f"needs more than a document may: {message}"
    return {"file": file, "line": line, "message": message}


def _syntax_message(error: jinja2.TemplateSyntaxError, environment: jinja2.Environment) -> str:
    message = str(error.message).rstrip(".")
    found = _NO_SUCH.match(message)
    if found is None:
        return message
    known = environment.filters if found[1] == "filter" else environment.tests
    return f"no {found[1]} {found[2]!r}" + nearest(found[2], known)


def place_of(error: BaseException, names: set[str]) -> tuple[str, int]:
    """The innermost file and line of a template in which an error arose."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.filename or error.name or "", error.lineno
    place, step = ("", 0), error.__traceback__
    while isinstance(step, TracebackType):
        if step.tb_frame.f_code.co_filename in names:
            place = (step.tb_frame.f_code.co_filename, step.tb_lineno)
        step = step.tb_next
    return place


class Workshop:
    """Draws and checks the templates of one request after the other, in a sandbox."""

    def __init__(self, sources: Mapping[str, str], fixed: Mapping[str, Any], most: int) -> None:
        """`fixed` are values that every template has, `most` the letters that a document may have."""
        self.sources, self.fixed, self.most = sources, fixed, most
        self.compiled = Compiled()

    def environment(self, undefined: type[jinja2.Undefined] = Missing) -> jinja2.Environment:
        """An environment that no document has been drawn in."""
        made = make_environment(
            self.sources.get, ImmutableSandboxedEnvironment, undefined, self.compiled
        )
        made.globals.update(self.fixed)
        return made

    def names(self, content: Mapping[str, Any]) -> list[str]:
        """Variables that a template can use."""
        return [*content, *self.fixed, *jinja2.defaults.DEFAULT_NAMESPACE]

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The text of a template, or the problems that stand in its way."""
        if request["ask"] == "check":
            return {"problems": self.check(request["contents"])}
        known = type("Known", (Missing,), {"known": self.names(request["content"])})
        environment = self.environment(known)
        try:
            return {"text": self.draw(environment, request["name"], request["content"])}
        except (Exception, RecursionError, MemoryError) as error:
            return {"problems": [problem_of(error, self.sources, environment)]}

    def draw(self, environment: jinja2.Environment, name: str, content: dict[str, Any]) -> str:
        """The text of a template, piece by piece, so that too much of it is never held."""
        pieces, room = [], self.most
        for piece in environment.get_template(name).generate(content):
            room -= len(piece)
            if room < 0:
                raise OverflowError(f"a document of more than {self.most:,} letters")
            pieces.append(piece)
        return "".join(pieces)

    def check(self, contents: Iterable[tuple[str, dict[str, Any]]]) -> list[Problem]:
        """Every template parsed, and if they can be, the templates named drawn with their contents."""
        environment = self.environment()
        found = [one for name in sorted(self.sources) for one in self._parse(environment, name)]
        if not found:
            for name, content in contents:
                found += [one for one in self._try(name, content) if one not in found]
        return found

    def _parse(self, environment: jinja2.Environment, name: str) -> Iterator[Problem]:
        """Errors of one template that show without content: syntax, filters, names of files."""
        try:
            environment.get_template(name)
            source = environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]
            tree = environment.parse(source, name)
        except (Exception, RecursionError, MemoryError) as error:
            yield problem_of(error, self.sources, environment)
            return
        asked = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
        for node in tree.find_all(asked):
            target = getattr(node, "template", None)
            if getattr(node, "ignore_missing", False) or not isinstance(target, nodes.Const):
                continue
            if target.value not in self.sources:
                message = f"no template {target.value!r}" + nearest(str(target.value), self.sources)
                yield {"file": name, "line": node.lineno, "message": message}

    def _try(self, name: str, content: dict[str, Any]) -> list[Problem]:
        """Draw a template on, past values that are not there, and tell all of them."""
        found: list[Problem] = []
        environment = self.environment(recorder(found, self.names(content)))
        try:
            self.draw(environment, name, content)
        except (Exception, RecursionError, MemoryError) as error:
            found.append(problem_of(error, self.sources, environment))
        return found


def recorder(found: list[Problem], names: Sequence[str]) -> type[jinja2.Undefined]:
    """A missing value that is noted with its file and line, and then taken as nothing."""

    class Recorded(Named, jinja2.ChainableUndefined):
        known = names

        def note(self) -> None:
            file, line = live_place(sys._getframe(2))
            problem = {"file": file, "line": line, "message": self._undefined_message}
            if problem not in found:
                found.append(problem)

        def __str__(self) -> str:
            self.note()
            return ""

        def __iter__(self) -> Iterator[Any]:
            self.note()
            return iter(())

        def __bool__(self) -> bool:
            self.note()
            return False

        def __len__(self) -> int:
            self.note()
            return 0

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            self.note()
            return self

        def __getitem__(self, _: Any) -> Any:
            self.note()
            return self

    return Recorded


def live_place(frame: FrameType | None) -> tuple[str, int]:
    """File and line of the template that is being drawn, seen from inside of it."""
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return str(template.name), template.get_corresponding_lineno(frame.f_lineno)
        frame = frame.f_back
    return "", 0


def bound_memory(most: int) -> None:
    """No more memory than `most` [bytes], no file, no further process, where the system has such limits."""
    if resource is None:
        return
    for name, limit in (
        ("RLIMIT_AS", most),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_NOFILE", 3),  # standard input, output and error are open already
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def bound_time(seconds: int) -> None:
    """No more processor time than `seconds` from now; past it the system ends the process."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer one request after the other; the first line says with which templates."""
    start = json.loads(requests.readline())
    bound_memory(start["memory"])
    workshop = Workshop(start["sources"], start["fixed"], start["most"])
    for line in requests:
        bound_time(start["seconds"])
        answer = workshop.answer(json.loads(line))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
