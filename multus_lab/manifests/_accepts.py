"""What a NAD accepts, by its annotation."""

from multus_lab.attachment import ACCEPT
from multus_lab.checks import Accepts
from multus_lab.checks.finding import Path
from multus_lab.documents import DocumentError, parse
from multus_lab.manifests._definition import Definition
from multus_lab.manifests._later import placeholder_in
from multus_lab.problems import Problem, SettingsError


def accepts_of(definition: Definition) -> Accepts:
    """What the NAD's annotation accepts. Raises SettingsError where it can't be used."""
    path = (*definition.metadata, "annotations", ACCEPT)
    annotations = definition.settings["annotations"]
    if ACCEPT not in annotations or placeholder_in(annotations[ACCEPT]):
        return Accepts(path, definition.label, {}, definition.source)
    from multus_lab.settings import accepted  # noqa: PLC0415 - few NADs accept anything

    reasons = accepted(_mapping(annotations[ACCEPT], path), path)
    return Accepts(path, definition.label, reasons, definition.source)


def _mapping(text: object, path: Path) -> object:
    """What the text of an annotation holds."""
    if not isinstance(text, str):
        message = "must be a string that holds a mapping; the API takes nothing else"
        raise SettingsError([Problem.of(path, text, message)])
    try:
        documents = parse(text.encode(errors="surrogatepass"), ACCEPT)
    except DocumentError as error:
        where = f"; at line {error.line}, column {error.column} of it" if error.line else ""
        message = f"must be a mapping in YAML or JSON{where}: {error.reason}"
        raise SettingsError([Problem.of(path, text, message)]) from None
    return documents[0].value if len(documents) == 1 else [one.value for one in documents]
