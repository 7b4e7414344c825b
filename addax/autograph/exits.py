"""Writes `return`, `break` and `continue` as values, so that tensors can decide them.

What follows a statement that may leave becomes the other branch of an `if` where one
branch always leaves, which is how most early returns look; elsewhere it is put behind
a flag.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from addax.autograph.names import walk

RETURN, DONE = "ag__return", "ag__done"
_LOOPS = (ast.While, ast.For)
_EXITS = (ast.Return, ast.Break, ast.Continue)


def lower(body: list[ast.stmt]) -> list[ast.stmt]:
    """The body of a function with one `return`, at its end, and no other exits."""
    returns = [n for n in walk(body) if isinstance(n, ast.Return)]
    simple = not returns or (len(returns) == 1 and returns[0] is body[-1])
    inner = any(isinstance(n, _EXITS[1:]) for n in walk(body))
    if simple and not inner:
        return body
    lowering = _Lowering()
    if simple:
        return lowering.block(body[:-1], ()) + body[-1:] if returns else (
            lowering.block(body, ())
        )  # fmt: skip
    last = body[-1]
    if not always_leaves(body):
        ending = ast.Return(ast.Constant(None))
        body = [*body, ast.fix_missing_locations(ast.copy_location(ending, last))]
    made = lowering.block(body, ())
    if DONE in lowering.read:
        made = [_set(DONE, False, body[0]), *made]
    else:
        made = _Without(DONE).cleaned(made)
    return [*made, ast.copy_location(ast.Return(_name(RETURN, last)), last)]


def always_leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether what follows the block is never reached."""
    return any(_leaves(s) for s in block)


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, (*_EXITS, ast.Raise)):
        return True
    if isinstance(statement, ast.If):
        return always_leaves(statement.body) and always_leaves(statement.orelse)
    if isinstance(statement, ast.With):
        return always_leaves(statement.body)
    if isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant):
        return bool(statement.test.value) and not _breaks(statement.body)
    return False


def _breaks(block: Sequence[ast.stmt]) -> bool:
    """Whether a block ends the loop that it is the body of."""
    return any(
        isinstance(s, ast.Break)
        or any(
            _breaks(getattr(part, field, []))
            for part in (s, *getattr(s, "handlers", ()), *getattr(s, "cases", ()))
            for field in ("body", "orelse", "finalbody")
            if not (isinstance(part, _LOOPS) and field == "body")
        )
        for s in block
        if not isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    )


def _ends(statement: ast.If) -> tuple[bool, bool]:
    """Whether the function ends in the one branch and in the other.

    Names that such a branch does not set are not looked at after it.
    """

    def ends(block: list[ast.stmt]) -> bool:
        exits = [n for n in walk(block) if isinstance(n, _EXITS)]
        return always_leaves(block) and all(isinstance(n, ast.Return) for n in exits)

    return ends(statement.body), ends(statement.orelse)


def _flags(statement: ast.stmt, loop: tuple[str, str] | tuple[()]) -> list[str]:
    """The flags that a statement may set and that end the block it is in."""
    found: dict[str, None] = {}

    def look(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.Return):
            found[DONE] = None
        elif loop and not inside and isinstance(node, (ast.Break, ast.Continue)):
            found[loop[isinstance(node, ast.Continue)]] = None
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            return
        for child in ast.iter_child_nodes(node):
            look(child, inside or isinstance(node, _LOOPS))

    look(statement, False)
    return list(found)


class _Lowering:
    def __init__(self) -> None:
        self.read: set[str] = set()
        self._count = 0

    def block(
        self, block: list[ast.stmt], loop: tuple[str, str] | tuple[()]
    ) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for i, statement in enumerate(block):
            rest = block[i + 1 :]
            if isinstance(statement, _EXITS):
                return made + self._exit(statement, loop)
            flags = _flags(statement, loop)
            if not flags:
                made += self._inside(statement, loop)
                continue
            if isinstance(statement, ast.If) and rest:
                moved = self._moved(statement, rest, loop)
                if moved is not None:
                    return made + moved
            made += self._inside(statement, loop)
            if rest:
                guard = ast.If(self._none(flags, statement), self.block(rest, loop), [])
                made.append(_placed(guard, rest[0]))
            return made
        return made

    def _moved(
        self, statement: ast.If, rest: list[ast.stmt], loop: tuple[str, str] | tuple[()]
    ) -> list[ast.stmt] | None:
        """The rest as part of the branch that goes on, if just one does."""
        body, orelse = statement.body, statement.orelse
        if always_leaves(body):
            orelse = [] if always_leaves(orelse) else [*orelse, *rest]
            orelse = orelse or statement.orelse
        elif always_leaves(orelse):
            body = [*body, *rest]
        else:
            return None
        ends = _ends(statement)
        whole = ast.If(statement.test, self.block(body, loop), self.block(orelse, loop))
        whole.ends = ends  # type: ignore[attr-defined]
        return [_placed(whole, statement)]

    def _exit(
        self, statement: ast.stmt, loop: tuple[str, str] | tuple[()]
    ) -> list[ast.stmt]:
        if isinstance(statement, ast.Return):
            value = statement.value or ast.Constant(None)
            kept = ast.Assign([_name(RETURN, statement, ast.Store())], value)
            return [_placed(kept, statement), _set(DONE, True, statement)]
        assert loop
        return [_set(loop[isinstance(statement, ast.Continue)], True, statement)]

    def _inside(
        self, statement: ast.stmt, loop: tuple[str, str] | tuple[()]
    ) -> list[ast.stmt]:
        if isinstance(statement, (ast.While, ast.For)):
            return self._loop(statement, loop)
        if isinstance(statement, ast.If):
            statement.ends = _ends(statement)  # type: ignore[attr-defined]
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if inner and not isinstance(
                statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                setattr(statement, field, self.block(inner, loop))
        for part in (*getattr(statement, "handlers", ()),
                     *getattr(statement, "cases", ())):  # fmt: skip
            part.body = self.block(part.body, loop)
        return [statement]

    def _loop(
        self, node: ast.While | ast.For, outer: tuple[str, str] | tuple[()]
    ) -> list[ast.stmt]:
        self._count += 1
        mine = (f"ag__break_{self._count}", f"ag__continue_{self._count}")
        flags = {f for s in node.body for f in _flags(s, mine)}
        before: list[ast.stmt] = []
        orelse, node.orelse = node.orelse, []
        node.body = self.block(node.body, mine)
        if mine[1] in flags:
            node.body.insert(0, _set(mine[1], False, node))
            before.append(_set(mine[1], False, node))
        ends = [f for f in (mine[0], DONE) if f in flags]
        if mine[0] in flags:
            before.append(_set(mine[0], False, node))
        if ends:
            goes_on = self._none(ends, node)
            if isinstance(node, ast.For):
                node.goes_on = goes_on  # type: ignore[attr-defined]
            elif isinstance(node.test, ast.Constant) and node.test.value:
                node.test = goes_on
            else:
                both = ast.BoolOp(ast.And(), [goes_on, node.test])
                node.test = _placed(both, node.test)
        made = [*before, node]
        if orelse:
            last = self.block(orelse, outer)
            if ends:
                guard = ast.If(self._none(ends, node), last, [])
                made.append(_placed(guard, orelse[0]))
            else:
                made += last
        return made

    def _none(self, flags: list[str], like: ast.AST) -> ast.expr:
        """Whether no flag is set."""
        self.read |= set(flags)
        names: list[ast.expr] = [_name(f, like) for f in flags]
        any_set = names[0] if len(names) == 1 else ast.BoolOp(ast.Or(), names)
        return _placed(ast.UnaryOp(ast.Not(), any_set), like)


class _Without(ast.NodeTransformer):
    """Drops the assignments to a flag that nothing reads."""

    def __init__(self, flag: str) -> None:
        self._flag = flag

    def cleaned(self, block: list[ast.stmt]) -> list[ast.stmt]:
        kept = [self.visit(s) for s in block]
        return [s for s in kept if s is not None]

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        target = node.targets[0]
        mine = isinstance(target, ast.Name) and target.id == self._flag
        return None if mine else node


def _set(name: str, value: bool, like: ast.AST) -> ast.stmt:
    target = _name(name, like, ast.Store())
    return _placed(ast.Assign([target], ast.Constant(value)), like)


def _name(name: str, like: ast.AST, ctx: ast.expr_context | None = None) -> ast.Name:
    return _placed(ast.Name(name, ctx or ast.Load()), like)


def _placed(node, like):  # type: ignore[no-untyped-def]
    """`node` at the place of `like`, for tracebacks."""
    return ast.fix_missing_locations(ast.copy_location(node, like))
