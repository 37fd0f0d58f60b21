"""How much one query may ask for; checked before anything of it runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    get_named_type,
)
from strawberry.extensions import SchemaExtension

from api.graphql.connections import DEFAULT_PAGE, MAX_PAGE
from api.graphql.errors import TooComplex

MAX_LENGTH = 20_000
MAX_TOKENS = 2_000
MAX_DEPTH = 12
MAX_ALIASES = 20
MAX_NODES = 5_000
# List entries that fields without pages count as, by what they cost: a matrix of up to 10,000 pairs, the vectors of
# all members, all of their reactions.
WHOLE = {"alignmentMatrix": 1_000, "changes": 50, "health": 50}


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection asks for: levels of fields, aliases, and list entries if every page comes full."""

    depth: int = 0
    aliases: int = 0
    nodes: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(max(self.depth, other.depth), self.aliases + other.aliases, self.nodes + other.nodes)


class QueryWeight(ASTValidationRule):
    """Refuses operations that are too deep, too wide or too hungry. Linear in the document's size.

    A fragment is weighed once however often it is spread, because ten fragments that each spread the next
    one twice already stand for a thousand copies.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, Weight] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        schema = self.context.schema
        weight = self._weigh(node.selection_set, schema.get_root_type(node.operation))
        for name, found, limit in (
            ("levels deep", weight.depth, MAX_DEPTH),
            ("aliases", weight.aliases, MAX_ALIASES),
            ("list entries", weight.nodes, MAX_NODES),
        ):
            if found > limit:
                self.report_error(TooComplex(f"The query asks for {found} {name}; at most {limit} are allowed."))

    def _weigh(self, selections: SelectionSetNode, parent: object) -> Weight:
        return sum((self._weigh_one(node, parent) for node in selections.selections), Weight())

    def _weigh_one(self, node: object, parent: object) -> Weight:
        if isinstance(node, FragmentSpreadNode):
            return self._weigh_fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            return self._weigh(
                node.selection_set, self.context.schema.get_type(condition.name.value) if condition else parent
            )
        return self._weigh_field(node, parent) if isinstance(node, FieldNode) else Weight()

    def _weigh_field(self, node: FieldNode, parent: object) -> Weight:
        alias = int(node.alias is not None)
        field = parent.fields.get(node.name.value) if isinstance(parent, GraphQLObjectType) else None
        if node.selection_set is None or field is None:  # what is unknown here, validation refuses or is introspection
            return Weight(1, alias, 0)
        inner = self._weigh(node.selection_set, get_named_type(field.type))
        pages = _page_size(node, field.args["first"]) if "first" in field.args else None
        nodes = WHOLE.get(node.name.value, 0) + (inner.nodes if pages is None else pages * (1 + inner.nodes))
        return Weight(1 + inner.depth, alias + inner.aliases, nodes)

    def _weigh_fragment(self, name: str) -> Weight:
        if name not in self._fragments:
            self._fragments[name] = Weight()  # a fragment that spreads itself is refused by another rule
            fragment = self.context.get_fragment(name)
            if fragment is not None:
                condition = self.context.schema.get_type(fragment.type_condition.name.value)
                self._fragments[name] = self._weigh(fragment.selection_set, condition)
        return self._fragments[name]


def _page_size(node: FieldNode, first: GraphQLArgument) -> int:
    """Entries of a page; a variable may hold the largest page."""
    for argument in node.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            small = isinstance(value, IntValueNode) and len(value.value) <= 3
            return min(abs(int(value.value)), MAX_PAGE) if small else MAX_PAGE
    return first.default_value if isinstance(first.default_value, int) else DEFAULT_PAGE


class Limits(SchemaExtension):
    """Applies the limits. The rule is one class for all requests, or no validation would ever be cached."""

    def on_operation(self) -> Iterator[None]:
        """Bounds the parser, then the validated query."""
        context = self.execution_context
        context.parse_options["max_source_length"] = MAX_LENGTH
        context.parse_options["max_lexical_tokens"] = MAX_TOKENS
        context.validation_rules = (*context.validation_rules, QueryWeight)
        yield
