"""Turns Python's control flow into calls of `addax.autograph.runtime`.

    if x > 0:               def ag__body(): nonlocal y; y = x
        y = x               def ag__orelse(): nonlocal y; y = -x
    else:           ->      def ag__get(): return (y,)
        y = -x              def ag__put(ag__values): nonlocal y; (y,) = ag__values
                            ag__.if_(x > 0, ag__body, ag__orelse, ag__get, ag__put, ...)

The runtime looks at the condition: a Python value runs the one branch or the other, as
it would have; a tensor makes both parts of the compiled program. Statements keep their
line numbers.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from typing import Any

from addax.autograph import exits
from addax.autograph.names import bound, declared, places, walk

RUNTIME = "ag__"
_LEFT_ALONE = frozenset((
    "super", "locals", "globals", "vars", "dir", "eval", "exec", "breakpoint",
    "isinstance", "hasattr", "getattr", "type",
))  # fmt: skip
_PAUSES = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
_ONE = ast.arguments([], [ast.arg("ag__values")], None, [], [], None, [])
_NONE = ast.arguments([], [], None, [], [], None, [])


def transform(node: ast.FunctionDef) -> ast.FunctionDef:
    """The function with its control flow converted, without decorators and defaults."""
    outside = declared(node.body, ast.Global) | declared(node.body, ast.Nonlocal)
    parameters = _parameters(node.args)
    body = exits.lower(node.body)
    own = [n for n in bound(body) if n not in outside and n not in parameters]
    changing = {n for n in _in_blocks(body) if n in own}
    first = node.args.posonlyargs + node.args.args
    worker = _Worker(
        changing,
        declared(node.body, ast.Global),
        first[0].arg if first else None,
        _loads(body),
    )
    made = worker.block(body)
    start = [_undefined(name, node) for name in own if name in changing]
    keeps = [s for s in made if isinstance(s, (ast.Global, ast.Nonlocal))]
    made = keeps + start + [s for s in made if s not in keeps]
    bare = define(node.name, _bare(node.args), made)
    return ast.fix_missing_locations(ast.copy_location(bare, node))


def _parameters(args: ast.arguments) -> set[str]:
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {a.arg for a in every if a is not None}


def _bare(args: ast.arguments) -> ast.arguments:
    """Parameters without annotations and defaults, which the function object has."""

    def plain(a: ast.arg | None) -> Any:
        return None if a is None else ast.arg(a.arg)

    return ast.arguments(
        [plain(a) for a in args.posonlyargs],
        [plain(a) for a in args.args],
        plain(args.vararg),
        [plain(a) for a in args.kwonlyargs],
        [None for _ in args.kwonlyargs],
        plain(args.kwarg),
        [],
    )


def _in_blocks(body: Sequence[ast.stmt]) -> set[str]:
    """Names that branches and loops assign: they may be without value."""
    found: set[str] = set()
    for node in walk(body):
        if isinstance(node, (ast.If, ast.While, ast.For, ast.Delete)):
            found |= set(bound([node]))
    return found


class _Worker(ast.NodeTransformer):
    def __init__(
        self,
        changing: set[str],
        global_names: set[str],
        owner: str | None,
        loads: Counter[str],
    ) -> None:
        self._loads = loads
        self._changing = changing
        self._globals = global_names
        self._owner = owner  # what `super()` is about

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in statements:
            out = self.visit(statement)
            made += out if isinstance(out, list) else [out]
        return made

    # Statements

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return node  # converted when it is called

    visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_FunctionDef  # type: ignore

    def visit_If(self, node: ast.If) -> Any:
        block = [*node.body, *node.orelse]
        names = bound(block)
        state = self._state(block, names)
        test = self.visit(node.test)
        functions = [
            self._function("ag__body", _NONE, node.body, names),
            self._function("ag__orelse", _NONE, node.orelse, names),
        ]
        args = [test, _load("ag__body"), _load("ag__orelse")]
        sides = getattr(node, "ends", (False, False))
        ends = ast.Tuple([ast.Constant(side) for side in sides], ast.Load())
        return self._made("if_", functions, args, state, node, ends)

    def visit_While(self, node: ast.While) -> Any:
        names = bound(node.body)
        state = self._state(node.body, names)
        after = self._after(node, state[1])
        test = ast.copy_location(ast.Return(self.visit(node.test)), node.test)
        functions = [
            define("ag__test", _NONE, [test]),
            self._function("ag__body", _NONE, node.body, names),
        ]
        args = [_load("ag__test"), _load("ag__body")]
        return self._made("while_", functions, args, state, node, _texts(after))

    def visit_For(self, node: ast.For) -> Any:
        names = bound([*node.body, node.target])
        taken = _at(ast.Assign([node.target], _load("ag__values")), node.target)
        block = [taken, *node.body]
        state = self._state(block, names)
        after = self._after(node, state[1])
        goes_on = getattr(node, "goes_on", None)
        extra: ast.expr = ast.Constant(None)
        if goes_on is not None:
            extra = ast.Lambda(_NONE, self.visit(goes_on))
        args = [self.visit(node.iter), extra, _load("ag__body")]
        functions = [self._function("ag__body", _ONE, block, names)]
        return self._made("for_", functions, args, state, node, _texts(after))

    def visit_Assert(self, node: ast.Assert) -> Any:
        if _pauses(node):
            return node
        message = self.visit(node.msg) if node.msg else ast.Constant(None)
        test = self.visit(node.test)
        args = [ast.Lambda(_NONE, test), ast.Lambda(_NONE, message)]
        return _at(ast.Expr(_runtime("assert_", args)), node)

    def visit_Delete(self, node: ast.Delete) -> Any:
        made: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id in self._changing:
                made.append(_undefined(target.id, node))
            else:
                made.append(_at(ast.Delete([self.visit(target)]), node))
        return made

    # The functions that a statement becomes

    def _function(
        self,
        name: str,
        args: ast.arguments,
        body: Sequence[ast.stmt],
        names: Sequence[str],
    ) -> ast.stmt:
        return define(name, args, [*self._scope(names), *self.block(body)])

    def _scope(self, names: Sequence[str]) -> list[ast.stmt]:
        shared = [n for n in names if n in self._globals]
        own = [n for n in names if n not in self._globals]
        made: list[ast.stmt] = [ast.Global(shared)] if shared else []
        return made + ([ast.Nonlocal(own)] if own else [])

    def _state(
        self, block: Sequence[ast.stmt], names: Sequence[str]
    ) -> tuple[list[ast.stmt], tuple[str, ...]]:
        """`ag__get` and `ag__put` for all that the block changes, and what that is."""
        owned = places(block, names)
        reads = [_load(n) for n in names] + [
            _runtime("place", [ast.Lambda(_NONE, _loaded(text)), ast.Constant(text)])
            for text in owned
        ]
        temporary = [f"ag__place_{i}" for i in range(len(owned))]
        targets: list[ast.expr] = [
            ast.Name(n, ast.Store()) for n in (*names, *temporary)
        ]
        put: list[ast.stmt] = self._scope(names)
        if targets:
            stores = ast.Tuple(targets, ast.Store())
            put.append(ast.Assign([stores], _load("ag__values")))
        for name, text in zip(temporary, owned, strict=True):
            given = _runtime("defined", [_load(name)])
            put.append(ast.If(given, ast.parse(f"{text} = {name}").body, []))
        get = [ast.Return(ast.Tuple(reads, ast.Load()))]
        functions: list[ast.stmt] = [
            define("ag__get", _NONE, get),
            define("ag__put", _ONE, put),
        ]
        return functions, (*names, *owned)

    def _after(self, node: ast.stmt, names: Sequence[str]) -> tuple[str, ...]:
        """The names that something outside of a loop reads."""
        outside = self._loads - _loads([node])
        return tuple(n for n in names if outside[n] or not n.isidentifier())

    def _made(
        self,
        name: str,
        functions: Sequence[ast.stmt],
        args: Sequence[ast.expr],
        state: tuple[list[ast.stmt], tuple[str, ...]],
        like: ast.stmt,
        *more: ast.expr,
    ) -> list[ast.stmt]:
        defined, names = state
        given = [*args, _load("ag__get"), _load("ag__put"), _texts(names), *more]
        call = _runtime(name, [*given, ast.Constant(like.lineno)])
        # Tracebacks show the condition, or what a loop is over
        place = getattr(like, "test", None) or getattr(like, "iter", like)
        return [_at(s, place) for s in (*functions, *defined, ast.Expr(call))]

    # Expressions

    def visit_Name(self, node: ast.Name) -> Any:
        if isinstance(node.ctx, ast.Load) and node.id in self._changing:
            return _at(_runtime("value", [node]), node)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        if _pauses(node):
            return node
        name = "and_" if isinstance(node.op, ast.And) else "or_"
        parts = [ast.Lambda(_NONE, self.visit(v)) for v in node.values]
        return _at(_runtime(name, parts), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return _at(_runtime("not_", [operand]), node)
        return _at(ast.UnaryOp(node.op, operand), node)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        if _pauses(node):
            return node
        parts = [ast.Lambda(_NONE, self.visit(v)) for v in (node.body, node.orelse)]
        line = ast.Constant(node.lineno)
        made = _runtime("if_exp", [self.visit(node.test), *parts, line])
        return _at(made, node)

    def visit_Compare(self, node: ast.Compare) -> Any:
        if len(node.ops) == 1 or _pauses(node):
            return self.generic_visit(node)
        pair = ast.arguments([], [ast.arg("a"), ast.arg("b")], None, [], [], None, [])
        tests: list[ast.expr] = [
            ast.Lambda(pair, ast.Compare(_load("a"), [op], [_load("b")]))
            for op in node.ops
        ]
        rest: list[ast.expr] = [
            ast.Lambda(_NONE, self.visit(v)) for v in node.comparators
        ]
        args = [self.visit(node.left), _list(rest), _list(tests)]
        return _at(_runtime("chain", args), node)

    def visit_Call(self, node: ast.Call) -> Any:
        fn = node.func
        if isinstance(fn, ast.Name) and fn.id in _LEFT_ALONE:
            node.args = [self.visit(a) for a in node.args]
            node.keywords = [self.visit(k) for k in node.keywords]
            if fn.id == "super" and not node.args and self._owner:
                node.args = [_load("__class__"), _load(self._owner)]
            return ast.fix_missing_locations(node)
        node = self.generic_visit(node)  # type: ignore[assignment]
        node.func = _at(_runtime("call", [node.func]), fn)
        return node


def define(name: str, args: ast.arguments, body: Sequence[ast.stmt]) -> ast.FunctionDef:
    """A function without decorators."""
    made = ast.FunctionDef(name, args, list(body) or [ast.Pass()], [])
    made.type_params = []  # type: ignore[attr-defined]  # Python 3.12 asks for it
    return made


def _pauses(node: ast.AST) -> bool:
    return any(isinstance(n, _PAUSES) for n in ast.walk(node))


def _loads(nodes: Sequence[ast.AST]) -> Counter[str]:
    """How often each name is read."""
    found: Counter[str] = Counter()
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
                found[each.target.id] += 1
            elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                found[each.id] += 1
    return found


def _texts(texts: Sequence[str]) -> ast.expr:
    return ast.Tuple([ast.Constant(t) for t in texts], ast.Load())


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _list(items: list[ast.expr]) -> ast.expr:
    return ast.List(items, ast.Load())


def _loaded(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _runtime(name: str, args: Sequence[ast.expr]) -> ast.Call:
    return ast.Call(ast.Attribute(_load(RUNTIME), name, ast.Load()), list(args), [])


def _undefined(name: str, like: ast.AST) -> ast.stmt:
    value = _runtime("Undefined", [ast.Constant(name)])
    return _at(ast.Assign([ast.Name(name, ast.Store())], value), like)


def _at(node: Any, like: ast.AST) -> Any:
    return ast.fix_missing_locations(ast.copy_location(node, like))
