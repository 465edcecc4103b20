"""Serves a folder on loopback as any web server does: static_server.py READY FOLDER writes its port to READY."""

import functools
import http.server
import os
import sys

READY, FOLDER = sys.argv[1:]


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=FOLDER))
with open(READY + ".part", "w") as file:
    file.write(str(server.server_port))
os.rename(READY + ".part", READY)
server.serve_forever()
