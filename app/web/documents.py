"""The documentation of the HTTP API, drawn from its own OpenAPI schema: no script needed."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.web.markup import inert
from app.web.reading import shell
from app.words import EN

TITLE = "HTTP API"
_CODE = re.compile("&#96;(.*?)&#96;")


def routes() -> APIRouter:
    api = APIRouter(include_in_schema=False)

    @api.get("/docs")
    def docs(request: Request) -> Response:
        return HTMLResponse(docs_page(request.app.openapi()))

    return api


def docs_page(schema: dict[str, Any]) -> str:
    """Every route with its parameters, its body and what comes back."""
    sections = "".join(
        _operation(method, path, operation, schema)
        for path, operations in sorted(schema["paths"].items())
        for method, operation in operations.items()
    )
    head = (
        f"<h1>{TITLE}</h1><p>{inert(schema['info'].get('description', ''))} "
        f'<a href="/openapi.json">openapi.json</a></p>'
    )
    return shell(EN, TITLE, f'<div class="docs">{head}{sections}</div>')


def _operation(method: str, path: str, operation: dict[str, Any], schema: dict[str, Any]) -> str:
    text = operation.get("description") or operation.get("summary") or ""
    parameters = "".join(_parameter(one) for one in operation.get("parameters", ()))
    table = f"<table>{parameters}</table>" if parameters else ""
    body = _shape("Body", operation.get("requestBody", {}), schema)
    reply = _shape("Reply", operation["responses"].get("200", {}), schema)
    return (
        f"<section><h2><code>{method.upper()} {inert(path)}</code></h2>"
        f"<p>{_prose(text)}</p>{table}{body}{reply}</section>"
    )


def _prose(text: str) -> str:
    """What stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", inert(text))


def _parameter(parameter: dict[str, Any]) -> str:
    need = "required" if parameter.get("required") else "optional"
    return (
        f'<tr><th scope="row"><code>{inert(parameter["name"])}</code></th>'
        f"<td>{need}</td><td>{inert(parameter.get('description', ''))}</td></tr>"
    )


def _shape(name: str, part: dict[str, Any], schema: dict[str, Any]) -> str:
    content = part.get("content", {}).get("application/json", {}).get("schema")
    if not content:
        return ""
    text = json.dumps(_example(content, schema), ensure_ascii=False, indent=2)
    lines = "\n".join(_line(line) for line in text.split("\n"))
    return f"<details><summary>{name}</summary><pre>{lines}</pre></details>"


def _line(line: str) -> str:
    """`inert` folds space, which is what a shape is read by."""
    words = line.lstrip(" ")
    return " " * (len(line) - len(words)) + inert(words)


def _example(part: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """The shape of a value, with the names of types where values would stand."""
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        return _example(schema["components"]["schemas"][name], schema, depth + 1)
    if depth > 8:
        return "…"
    if "anyOf" in part:
        return _example(part["anyOf"][0], schema, depth)
    if "enum" in part:
        return " | ".join(str(one) for one in part["enum"])
    if part.get("type") == "array":
        return [_example(part.get("items", {}), schema, depth)]
    if "properties" in part:
        return {k: _example(v, schema, depth + 1) for k, v in part["properties"].items()}
    return part.get("format") or part.get("type") or "any"
