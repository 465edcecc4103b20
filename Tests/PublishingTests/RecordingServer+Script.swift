extension RecordingServer {
    /// anaconda.org's API in Python's standard library: it keeps what it is sent, writes down every request by its owner,
    /// and plays the faults that an owner has queued for a step (`METHOD first-segment`).
    static let script = #"""
        import base64, hashlib, json, os, re, socket, struct, sys, threading, urllib.parse
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Owner:
            def __init__(self): self.files, self.known, self.staged, self.log, self.faults, self.hidden, self.plain, self.busy = {}, set(), {}, [], {}, 0, {}, {}
        owners = {}
        def owner_of(name): return owners.setdefault(name, Owner())

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def answer(self, status, body, headers=()):
                if getattr(self, "override", None): status, body = self.override
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            def reset(self):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
            def form(self, body):
                boundary = self.headers["Content-Type"].split("boundary=")[1].encode()
                parts = []
                for part in body.split(b"--" + boundary)[1:-1]:
                    head, value = part[2:-2].split(b"\r\n\r\n", 1)
                    parts.append((re.search(rb'name="([^"]*)"', head).group(1).decode(), value, head.decode()))
                return parts
            def handle_any(self):
                self.override = None
                raw = urllib.parse.urlsplit(self.path)
                parts = [urllib.parse.unquote(x) for x in raw.path.split("/")[1:]]
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if parts[0] == "_control": return self.control(owner_of(parts[1]), parts[1:], body)
                first = parts[0]
                seen = {"method": self.command, "path": self.path, "authorization": self.headers.get("Authorization"),
                        "feedstockToken": self.headers.get("FEEDSTOCK_TOKEN"), "key": self.headers.get("X-API-Key")}
                form = None
                if first == "objects":
                    form = self.form(body)
                    name = dict((n, v) for n, v, _ in form)["key"].decode().split("/")[0]
                    seen["form"] = [n for n, _, _ in form]
                    seen["fields"] = {n: v.decode() for n, v, _ in form if n != "file"}
                    seen["fileHead"] = form[-1][2]
                    seen["fileSHA256"] = hashlib.sha256(form[-1][1]).hexdigest()
                elif first == "feedstock-outputs": name = json.loads(body)["feedstock"].removesuffix("-feedstock")
                elif first == "api": name = parts[2]
                elif first == "get": name = parts[1]
                elif first in ("package", "release", "dist", "stage", "commit", "channels", "evidence"): name = parts[1]
                else: name, first = parts[0], "files"
                owner = owner_of(name)
                if form is None: seen["body"] = body.decode("utf-8", "replace")
                owner.log.append(seen)
                queue = owner.faults.get(self.command + " " + first) or []
                fault = queue.pop(0) if queue else {}
                if fault.get("put"): owner.files.update(fault["put"])
                if fault.get("reset") == "before": return self.reset()
                if "status" in fault and not fault.get("after"): return self.answer(fault["status"], fault.get("raw", "").encode() or fault.get("body", {}))
                if fault.get("after"): self.override = (fault["status"], fault.get("body", {}))
                if self.command != "GET" and first not in ("objects", "feedstock-outputs", "api") and seen["authorization"] != "token tk-hunter2":
                    return self.answer(401, {"error": "the token %s is not known" % seen["authorization"]})
                if fault.get("reset") == "after":
                    self.answer = lambda *_: None
                    getattr(self, "do_" + first.replace("-", "_"))(owner, name, parts[1:], body, form, fault)
                    del self.answer
                    return self.reset()
                getattr(self, "do_" + first.replace("-", "_"))(owner, name, parts[1:], body, form, fault)
            def control(self, owner, parts, body):
                if self.command == "GET": return self.answer(200, owner.log)
                told = json.loads(body)
                owner.faults.update(told.get("faults", {}))
                owner.files.update(told.get("files", {}))
                owner.hidden = told.get("hidden", owner.hidden)
                owner.plain.update(told.get("plain", {}))
                owner.log.clear() if told.get("clear") else None
                self.answer(200, {"files": owner.files})
            def do_package(self, owner, name, parts, body, form, fault): self.known(owner, "/".join(parts), ["public", "publish", "public_attrs"], body)
            def do_release(self, owner, name, parts, body, form, fault): self.known(owner, "/".join(parts), ["version", "requirements"], body)
            def known(self, owner, key, needs, body):
                if self.command == "GET": return self.answer(200 if key in owner.known else 404, {"error": "not here"})
                if key in owner.known: return self.answer(409, {"error": "exists"})
                if not all(need in json.loads(body) for need in needs): return self.answer(400, {"error": "incomplete"})
                owner.known.add(key); self.answer(201, {})
            def do_dist(self, owner, name, parts, body, form, fault):
                file = owner.files.get("/".join(parts[1:]))
                if file and owner.hidden > 0: owner.hidden -= 1; file = None
                if not file: return self.answer(404, {"error": "not here"})
                self.answer(200, {"basename": "/".join(parts[3:]), "labels": file["labels"], "sha256": file["sha256"], "md5": file.get("md5"), "size": file.get("size")})
            def do_stage(self, owner, name, parts, body, form, fault):
                key, told = "/".join(parts[1:]), json.loads(body)
                if "/".join(parts[:2]) not in owner.known or "/".join(parts[:3]) not in owner.known: return self.answer(404, {"error": "no release"})
                # An upload that was begun bars the next one for a while.
                if key in owner.files or owner.busy.get(key, 0) > 0:
                    owner.busy[key] = owner.busy.get(key, 0) - 1
                    return self.answer(409, {"error": "file %s already exists or being uploaded for package %s" % (key, parts[1])})
                owner.busy[key] = 2
                owner.staged[key] = dict(told, id="id-" + key)
                self.answer(200, {"post_url": "/objects", "dist_id": "id-" + key,
                                  "form_data": {"key": name + "/" + key, "policy": "cG9saWN5", "x-amz-signature": "sig"}})
            def do_objects(self, owner, name, parts, body, form, fault):
                fields = {n: v for n, v, _ in form}
                key = fields["key"].decode().split("/", 1)[1]
                names = [n for n, _, _ in form]
                file = fields["file"]
                if names[-1] != "file" or fields["policy"] != b"cG9saWN5": return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
                if base64.b64decode(fields["Content-MD5"]) != hashlib.md5(file).digest() or int(fields["Content-Length"]) != len(file):
                    return self.answer(400, b"<Error><Code>InvalidDigest</Code><Message>The Content-MD5 you specified was invalid</Message></Error>")
                owner.staged[key]["stored"] = file
                self.answer(201, b"<PostResponse/>")
            def do_commit(self, owner, name, parts, body, form, fault):
                key = "/".join(parts[1:])
                staged = owner.staged.get(key)
                if not staged or "stored" not in staged or json.loads(body)["dist_id"] != staged["id"]: return self.answer(404, {"error": "nothing to commit"})
                file = staged.pop("stored")
                if fault.get("corrupt"): file += b"!"
                owner.hidden = fault.get("hidden", 0)
                owner.files[key] = {"labels": staged["channels"], "sha256": hashlib.sha256(file).hexdigest(), "md5": hashlib.md5(file).hexdigest(), "size": len(file)}
                self.answer(200, {"url": "there"})
            def do_channels(self, owner, name, parts, body, form, fault):
                if self.command == "GET" and len(parts) == 1: return self.answer(200, {l: {} for f in owner.files.values() for l in f["labels"]})
                label = parts[1]
                if self.command == "GET":
                    return self.answer(200, {"is_locked": False, "files": [{"basename": k.split("/", 2)[2]} for k, f in owner.files.items() if label in f["labels"]]})
                told = json.loads(body)
                file = owner.files["/".join([told["package"], told["version"], told["basename"]])]
                if not fault.get("ignore"):
                    if self.command == "POST": file["labels"] = sorted(set(file["labels"]) | {label})
                    else: file["labels"] = [l for l in file["labels"] if l != label]
                self.answer(201, {})
            def do_evidence(self, owner, name, parts, body, form, fault):
                key = "/".join(parts[1:])
                if fault.get("corrupt"): body += b"!"
                owner.plain[key] = body.decode("latin-1")
                self.answer(201, {"version": 1, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)})
            def do_feedstock_outputs(self, owner, name, parts, body, form, fault):
                told = json.loads(body)
                if self.headers.get("FEEDSTOCK_TOKEN") != "fs-hunter3":
                    return self.answer(403, {"message": "invalid feedstock token " + str(self.headers.get("FEEDSTOCK_TOKEN"))})
                for path, digest in told["outputs"].items():
                    stem = path.split("/")[1].rsplit("-", 2)
                    if not fault.get("ignore"): owner.files["/".join([stem[0], stem[1], path])] = {"labels": [told["channel"]], "sha256": digest}
                self.answer(200, {"feedstock_exists": True, "errors": [], "valid": {k: True for k in told["outputs"]}, "copied": {k: True for k in told["outputs"]}})
            def do_api(self, owner, name, parts, body, form, fault):
                if self.headers.get("X-API-Key") != "qz-hunter4": return self.answer(401, {"detail": "bad key " + str(self.headers.get("X-API-Key"))})
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                digest = hashlib.sha256(body).hexdigest()
                if query["sha256"] != digest: return self.answer(406, {"detail": "Wrong SHA256 checksum"})
                stem = parts[3].removesuffix(".conda").rsplit("-", 2)
                listed = json.loads(owner.plain.setdefault("linux-64/repodata.json", '{"packages.conda": {}}'))
                if parts[3] in listed["packages.conda"]: return self.answer(409, {"detail": "Duplicate"})
                listed["packages.conda"][parts[3]] = {"name": stem[0], "version": stem[1], "build": stem[2], "sha256": digest, "size": len(body)}
                owner.plain["linux-64/repodata.json"] = json.dumps(listed)
                self.answer(201, {})
            def do_get(self, owner, name, parts, body, form, fault): self.do_files(owner, name, [name] + parts[1:], body, form, fault)
            def do_files(self, owner, name, parts, body, form, fault):
                key = "/".join(parts[-2:])
                if key not in owner.plain: return self.answer(404, b"no such file")
                data, offset = owner.plain[key].encode("latin-1"), 0
                if self.headers.get("Range"):
                    offset = int(self.headers["Range"][6:-1])
                    return self.answer(206, data[offset:], [("Content-Range", "bytes %d-%d/%d" % (offset, len(data) - 1, len(data)))])
                if fault.get("cut"):
                    self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
                    self.wfile.write(data[:fault["cut"]]); self.close_connection = True
                    return
                self.answer(200, data)
            def __getattr__(self, name):
                if name in ("do_GET", "do_POST", "do_PUT", "do_DELETE", "do_HEAD", "do_PATCH"): return self.handle_any
                raise AttributeError(name)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128
            def handle_error(self, *_): pass

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        os._exit(0)
        """#
}
