"""审核公式: the language in which a return's cells are held against each other. Read strictly, never executed as program text.

    C5 = SUM(C6:C9)                         cells of the template's first sheet
    汇总!C5 <= '分类（合格率）'!D5           of a named sheet; a name with signs in it stands in single quotes
    汇总!C5 = [核查处置月报]汇总!C5          表间: the return of another template for the same unit and period
    F5 = ROUND(E5 / D5 * 100, 2) ± 0.01     with a tolerance
    C5 >= D5 且 (D5 = 0 或 E5 > 0)           AND / OR, between comparisons or as functions AND(…, …)

Signs may be typed full-width (＝ ＜＝ ≤ ≥ ≠ × ÷ （ ） ，：). A fault is refused with the position of the character.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from app.domain.return_rule_nodes import (
    Absolute,
    Cell,
    CellValue,
    Comparison,
    Lookup,
    Node,
    Number,
    NumberNode,
    Outcome,
    Product,
    Reference,
    Rounded,
    Sum,
    Together,
    TruthNode,
    Unreadable,
    shown,
)
from app.domain.return_rule_tokens import RuleFault, Token, cells, column_of, reference, row_of, tokens

__all__ = ["LONGEST", "Cell", "Lookup", "Outcome", "Reference", "Rule", "RuleFault", "Unreadable", "parse", "shown"]

LONGEST = 500
DEEPEST = 20
COMPARED = frozenset({"=", "<>", "<", "<=", ">", ">="})
FUNCTIONS = frozenset({"SUM", "ABS", "ROUND", "AND", "OR"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, read. ``check`` never fails for what stands in the cells."""

    text: str
    node: TruthNode

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every cell the rule asks for, each once, in the order written."""
        return tuple(dict.fromkeys(self.node.references()))

    def check(self, lookup: Lookup) -> Outcome:
        return self.node.outcome(lookup)


def parse(text: str) -> Rule:
    """The rule. Raises RuleFault."""
    if len(text) > LONGEST:
        raise RuleFault(f"公式过长，最多 {LONGEST} 个字符，请拆成几条", LONGEST + 1)
    reader = _Reader(text, list(tokens(text)))
    node = reader.logic(0)
    reader.end()
    return Rule(text.strip(), reader.truth(node, 0))


class _Reader:
    """Reads by descent: 或 over 且 over comparisons over sums over products. ``depth`` bounds nesting."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens, self.at = text, tokens, 0

    # ------------------------------------------------ tokens
    def next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def start(self) -> int:
        token = self.next()
        return token.start if token else len(self.text.rstrip())

    def take(self, *texts: str) -> str | None:
        token = self.next()
        if token is None or token.kind not in ("sign", "word") or token.text not in texts:
            return None
        self.at += 1
        return token.text

    def need(self, sign: str) -> None:
        if self.take(sign) is None:
            raise RuleFault(f"这里应为“{sign}”", self.start() + 1)

    def end(self) -> None:
        token = self.next()
        if token is not None:
            raise RuleFault(f"“{token.text}”多余，或前面缺少运算符", token.start + 1)

    def written(self, first: int) -> str:
        """The text from this token to the last one taken."""
        return self.text[self.tokens[first].start : self.tokens[self.at - 1].end].strip()

    # ------------------------------------------------ types
    def number(self, node: Node, first: int) -> NumberNode:
        if isinstance(node, (Comparison, Together)):
            raise RuleFault("这里要一个数，不能是比较", self.tokens[first].start + 1)
        return node

    def truth(self, node: Node, first: int) -> TruthNode:
        if not isinstance(node, (Comparison, Together)):
            raise RuleFault("这里要一个比较，如 C5 = SUM(C6:C9)", (self.tokens[first].start if self.tokens else 0) + 1)
        return node

    # ------------------------------------------------ grammar
    def logic(self, depth: int) -> Node:
        return self.joined("OR", lambda: self.joined("AND", lambda: self.comparison(depth)))

    def joined(self, word: str, part: Callable[[], Node]) -> Node:
        first = self.at
        node = part()
        parts: list[Node] = [node]
        while self.take(word):
            self.truth(node, first)
            begin = self.at
            parts.append(self.truth(part(), begin))
        return node if len(parts) == 1 else Together([self.truth(one, first) for one in parts], every=word == "AND")

    def comparison(self, depth: int) -> Node:
        first = self.at
        left = self.sum(depth)
        left_text = self.written(first)
        sign = self.take(*COMPARED)
        if sign is None:
            return left
        second = self.at
        right = self.number(self.sum(depth), second)
        right_text = self.written(second)
        tolerance = self.tolerance(sign)
        if (token := self.next()) is not None and token.text in COMPARED:
            raise RuleFault("不能连续比较，请用“且”连接两个比较", token.start + 1)
        return Comparison(self.number(left, first), sign, right, tolerance, left_text, right_text)

    def tolerance(self, sign: str) -> Fraction:
        at = self.start()
        if self.take("±") is None:
            return Fraction()
        if sign != "=":
            raise RuleFault("只有等于（=）可以带允许误差 ±", at + 1)
        token = self.next()
        if token is None or token.kind != "number":
            raise RuleFault("± 后面应为一个数，如 ±0.01", self.start() + 1)
        self.at += 1
        return Fraction(token.text)

    def sum(self, depth: int) -> Node:
        first = self.at
        node = self.product(depth)
        parts, signs = [node], [1]
        while sign := self.take("+", "-"):
            begin = self.at
            parts.append(self.number(self.product(depth), begin))
            signs.append(1 if sign == "+" else -1)
        return node if len(parts) == 1 else Sum([self.number(part, first) for part in parts], signs)

    def product(self, depth: int) -> Node:
        first = self.at
        node = self.signed(depth)
        while sign := self.take("*", "/"):
            begin = self.at
            left = self.number(node, first)
            node = Product(left, self.number(self.signed(depth), begin), divides=sign == "/")
        return node

    def signed(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise RuleFault(f"括号或负号嵌套超过 {DEEPEST} 层，请拆成几条", self.start() + 1)
        if self.take("-"):
            first = self.at
            return Sum([self.number(self.signed(depth + 1), first)], [-1])
        if self.take("("):
            node = self.logic(depth + 1)
            self.need(")")
            return node
        token = self.next()
        if token is None:
            raise RuleFault("公式不完整，后面缺少单元格或数", self.start() + 1)
        self.at += 1
        if token.kind == "number":
            return Number(Fraction(token.text))
        if token.kind == "cell":
            return CellValue(self.single(token))
        if token.text in FUNCTIONS and self.take("("):
            return self.function(token, depth + 1)
        raise RuleFault(f"“{token.text}”不能出现在这里；可用的函数是 SUM、ABS、ROUND、AND、OR", token.start + 1)

    def function(self, token: Token, depth: int) -> Node:
        made: Node
        if token.text == "SUM":
            parts = self.summed(depth)
            made = Sum(parts, [1] * len(parts))
        elif token.text in ("AND", "OR"):
            made = Together(self.truths(depth), every=token.text == "AND")
        else:
            first = self.at
            inner = self.number(self.sum(depth), first)
            made = Absolute(inner) if token.text == "ABS" else Rounded(inner, self.places())
        self.need(")")
        return made

    def truths(self, depth: int) -> list[TruthNode]:
        parts: list[TruthNode] = []
        while not parts or self.take(","):
            first = self.at
            parts.append(self.truth(self.logic(depth), first))
        return parts

    def places(self) -> int:
        self.need(",")
        token = self.next()
        if token is None or token.kind != "number" or token.text not in {str(number) for number in range(11)}:
            raise RuleFault("ROUND 的第二个参数应为 0 至 10 的整数", self.start() + 1)
        self.at += 1
        return int(token.text)

    def summed(self, depth: int) -> list[NumberNode]:
        parts: list[NumberNode] = []
        while not parts or self.take(","):
            token, first = self.next(), self.at
            if token is not None and token.kind == "cell" and token.found["to_column"] is not None:
                self.at += 1
                parts += [CellValue(one) for one in cells(token)]
            else:
                parts.append(self.number(self.sum(depth), first))
        return parts

    def single(self, token: Token) -> Reference:
        if token.found["to_column"] is not None:
            raise RuleFault("单元格区域只能写在 SUM( ) 里", token.start + 1)
        return reference(token, column_of(token, "column"), row_of(token, "row"))
