"""Serves on loopback what a channel asks of others: the time (openssl ts).

trust_server.py READY AUTHORITY-FOLDER   writes its port to READY; /time answers RFC 3161 queries with the authority's tsa.cnf.
"""

import http.server
import os
import subprocess
import sys
import tempfile

READY, AUTHORITY = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/time":
            self.time(body)
        else:
            self.answer(404, b"nothing is here", "text/plain")

    def time(self, body):
        if self.headers["Content-Type"] != "application/timestamp-query":
            return self.answer(415, b"not a query", "text/plain")
        with tempfile.TemporaryDirectory() as folder:
            query, reply = f"{folder}/q", f"{folder}/r"
            open(query, "wb").write(body)
            command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", query, "-out", reply]
            if subprocess.run(command, cwd=AUTHORITY, capture_output=True).returncode != 0:
                return self.answer(500, b"openssl failed", "text/plain")
            self.answer(200, open(reply, "rb").read(), "application/timestamp-reply")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(READY + ".part", "w") as file:
    file.write(str(server.server_port))
os.rename(READY + ".part", READY)
server.serve_forever()
