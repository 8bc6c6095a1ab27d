"""The server's own first visit: it opens every page once, so that nobody else waits for code and drawings to be loaded."""

from __future__ import annotations

import asyncio

from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.session_manager import SessionClient
from streamlit.util import calc_hash

from views.record import PAGES

_PATIENCE = 120.0


class _Nobody(SessionClient):
    """Takes what a page sends and looks at nothing but whether it is done."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take one message; Streamlit hands it over on the server's own loop."""
        if msg.WhichOneof("type") == "script_finished":
            self.done.set()


async def first_visit() -> None:
    """Open every page once, one after the other, and leave; on the server's own loop."""
    client, server = _Nobody(), runtime.get_instance()
    session = server.connect_session(client=client, user_info={})
    try:
        for page in PAGES:
            client.done.clear()
            asked = BackMsg()
            asked.rerun_script.page_script_hash = calc_hash("" if page == PAGES[0] else page)
            server.handle_backmsg(session, asked, client=client)
            await asyncio.wait_for(client.done.wait(), _PATIENCE)
    finally:
        server.close_session(session)
