"""The driver: started by Cofi, it speaks lines of JSON on its standard input and output until these end."""

from __future__ import annotations

import os
import sys
import threading
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cofi_spark.protocol import Cancelled, Fault, Link  # noqa: E402


def main() -> None:
    link = Link()
    server = None

    def at_end() -> None:
        # What is under way is given up; if that does not end it, this does.
        link.stop_work()
        timer = threading.Timer(20, lambda: os._exit(1))
        timer.daemon = True
        timer.start()

    link.at_end = at_end
    # Of a start that is taken back nothing is left to answer: Spark may be waiting for a cluster, and hears nobody.
    link.stop_work = lambda: os._exit(1)
    for request in link.requests():
        try:
            if server is None:
                from cofi_spark.server import Server

                server = Server(link, request["arguments"])
                result = server.started()
            else:
                result = server.answer(request["name"], request["arguments"])
            link.say(id=request["id"], result=result)
        except Exception as error:
            link.say(id=request["id"], error=told(error, link))
            if server is None:
                break
    if server is not None:
        server.close()
    os._exit(0)


def told(error: Exception, link: Link) -> dict:
    """An error as the other side takes it; the whole of it goes to the log."""
    try:
        link.check()
    except Cancelled:
        return {"kind": "Cancelled", "message": "taken back"}
    if isinstance(error, Fault):
        return {"kind": error.kind, "message": str(error)}
    traceback.print_exception(error, file=sys.stderr)
    from cofi_spark.sentences import sentence_for

    message, is_in_log = sentence_for(error)
    return {"kind": "Error", "message": message, "isInLog": is_in_log}


if __name__ == "__main__":
    main()
