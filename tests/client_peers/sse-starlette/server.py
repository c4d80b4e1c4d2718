"""Numbers behind the last event ID, one a millisecond: `python server.py PORT`.

/events goes on, /short ends after seven, /quiet has one event and then nothing but pings,
/cr has CR for line ends, /no-content has no more.
"""

import asyncio
import sys

import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route


async def stream(request):
    path = request.url.path
    start = int(request.headers.get("last-event-id") or 0)
    most = {"/short": 7, "/quiet": 1}.get(path)

    async def numbers():
        number = start
        while most is None or number < start + most:
            number += 1
            yield {"event": "number", "id": str(number), "data": str(number), "retry": 40}
            await asyncio.sleep(0.001)
        if path == "/quiet":
            await asyncio.Event().wait()

    return EventSourceResponse(numbers(), ping=0.02, sep="\r" if path == "/cr" else None)


async def no_content(request):
    return Response(status_code=204)


routes = [Route(path, stream) for path in ("/events", "/short", "/quiet", "/cr")]
app = Starlette(routes=routes + [Route("/no-content", no_content)])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
