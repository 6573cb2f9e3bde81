"""Lets papermill write parameters for TypeScript notebooks: `papermill in.ipynb out.ipynb -p lambda 1`."""

import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


PARAMETER = re.compile(
    r"^(?:let|const|var)\s+(?P<name>\w+)\s*(?::\s*(?P<type>[^=]+?))?\s*"
    r"=\s*(?P<value>[^;]*);?\s*(?://\s*(?P<help>.*))?$",
    re.MULTILINE,
)


class TypeScriptTranslator(Translator):
    """Parameters as TypeScript. `let`, not `const`: else 1 would be the type 1, and not a number."""

    @classmethod
    def inspect(cls, parameters_cell):
        return [
            Parameter(name=found["name"], inferred_type_name=found["type"] or "None", default=found["value"], help=found["help"] or "")
            for found in PARAMETER.finditer(parameters_cell.source)
        ]

    @classmethod
    def translate_none(cls, value):
        return "undefined"

    @classmethod
    def translate_dict(cls, value):
        return "{" + ", ".join(f"{cls.translate_str(key)}: {cls.translate(item)}" for key, item in value.items()) + "}"

    @classmethod
    def translate_list(cls, value):
        return "[" + ", ".join(cls.translate(item) for item in value) + "]"

    @classmethod
    def translate_float(cls, value):
        if value != value:
            return "NaN"
        if value in (float("inf"), float("-inf")):
            return "Infinity" if value > 0 else "-Infinity"
        return str(value)

    @classmethod
    def comment(cls, comment):
        return f"// {comment}".strip()

    @classmethod
    def assign(cls, name, value):
        return f"let {name} = {value};"


papermill_translators.register("typescript", TypeScriptTranslator)


class CofiEngine(NBClientEngine):
    """papermill's own engine: being listed as one is how papermill comes to load this file."""
