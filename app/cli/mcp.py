"""`hoidap mcp`: the archive as tools for a language model, over standard input and output."""

from __future__ import annotations

from app.cli import errors, flags


def mcp(index: flags.IndexDir = None, model: flags.Model = None) -> int:
    """Speak MCP on stdin and stdout, for clients that start their tools as a command.

    The same tools stand at /mcp of `hoidap serve`.
    """
    import asyncio

    from app.settings import load
    from app.web.desk import open_desk
    from app.web.tools import mcp_server
    from app.wiring import open_live

    settings = load({"index": index, "model": model, "rate_limit": 0})
    tools = mcp_server(open_desk(settings, open_live(settings)))
    asyncio.run(tools.run_stdio_async())
    return errors.DONE
