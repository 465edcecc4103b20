import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// Artifacts with a fault planted in each, built by rattler-build and gcc on this machine, whose glibc is newer than Debian 11's.
enum Planted {
    /// Builds those that are named, or all, into `folder` and returns their paths by name.
    static func build(_ names: [String] = [], in folder: FilePath) async throws -> [String: FilePath] {
        try await made(by: program, names, in: folder, timeout: .seconds(120))
    }

    /// What a Python program makes, which says the name and the path of each file in a line.
    static func made(by program: String, _ names: [String] = [], in folder: FilePath, timeout: Duration) async throws -> [String: FilePath] {
        let command = Command(
            .path(TestTools.python), ["-I", "-c", program, folder.string] + names, workingDirectory: folder, timeout: timeout)
        let result = try await command.run()
        try #require(result.exit.isSuccess, "the planted artifacts could not be made: \(result.errorText.suffix(3000))")
        var paths: [String: FilePath] = [:]
        for line in result.outputText.split(separator: "\n") {
            let words = line.split(separator: "\t")
            if words.count == 2 { paths[String(words[0])] = FilePath(String(words[1])) }
        }
        return paths
    }

    private static let program = #"""
        import glob, hashlib, io, json, os, subprocess, sys, tarfile
        from rattler_build import Stage0Recipe, ToolConfiguration

        root = sys.argv[1]
        C = {
            "plain": "#include <stdio.h>\nint main(void){puts(\"hello\");return 0;}",
            "crash": "int main(void){volatile int *p=0; *p=1; return 0;}",
            "abort": "#include <stdlib.h>\nint main(void){abort();}",
            "user": "int planted(void);\nint main(void){return planted();}",
        }
        os.makedirs(root + "/c")
        os.chdir(root + "/c")
        for name, text in C.items():
            open(name + ".c", "w").write(text)
        open("planted.c", "w").write("int planted(void){return 0;}")
        # A whole Python, with its library in one file, and the system's own Perl.
        client = os.path.dirname(os.path.dirname(os.path.dirname(sys.executable))) + "/client"
        import zipfile
        def library(target):
            with zipfile.ZipFile(target, "w") as archive:
                for folder, names, files in os.walk(client + "/lib/python3.13"):
                    names[:] = [n for n in names if n not in ("site-packages", "test", "idlelib", "tkinter", "__pycache__") and not n.startswith("config-")]
                    for file in files:
                        if file.endswith(".py"):
                            archive.write(folder + "/" + file, os.path.relpath(folder + "/" + file, client + "/lib/python3.13"))
        cc = lambda *a: subprocess.run(["gcc", *a], check=True)
        cc("-shared", "-fPIC", "-Wl,-soname,libplanted.so.1", "planted.c", "-o", "libplanted.so.1")
        cc("plain.c", "-o", "plain")
        cc("-static", "crash.c", "-o", "crash")
        cc("-static", "abort.c", "-o", "abort")
        cc("user.c", "./libplanted.so.1", "-o", "user")
        cc("-shared", "-fPIC", "-Wl,-soname,libGL.so.1", "planted.c", "-o", "libGL.so.1")
        cc("user.c", "./libGL.so.1", "-o", "graphic")
        here = root + "/c/"

        def put(name):
            return "mkdir -p $PREFIX/bin && cp %s%s $PREFIX/bin/%s" % (here, name, name)

        PACKAGES = {
            "fine": dict(
                script=["mkdir -p $PREFIX/bin $PREFIX/etc/conda/activate.d", "echo $PREFIX > $PREFIX/where",
                        "echo 'export FINE=activated' > $PREFIX/etc/conda/activate.d/fine.sh",
                        "printf '#!/bin/sh\\necho fine\\n' > $PREFIX/bin/fine", "chmod +x $PREFIX/bin/fine"],
                tests=[{"script": ["test \"$(fine)\" = fine", "test \"$(cat $PREFIX/where)\" = \"$PREFIX\"", "test $FINE = activated",
                                   "test $CONDA_BUILD_STATE = TEST", "test $PKG_NAME = fine", "test \"$(id -u)\" != 0",
                                   "if touch $PREFIX/written 2>/dev/null; then echo it can be written to; exit 1; fi", "touch $HOME/mine here",
                                   "if env | grep -i -E 'token|secret'; then exit 1; fi"]},
                       {"script": ["test \"$(cat data.txt)\" = shipped", "echo more >> data.txt"], "files": {"recipe": ["data.txt"]}},
                       {"downstream": "other"}], files={"data.txt": "shipped\n"}),
            "friend": dict(run=["fine"], tests=[{"script": ["test \"$(fine)\" = fine"]}]),
            "dishonest": dict(script=[put("plain")], tests=[{"script": ["plain"]}]),
            "honest": dict(script=[put("plain")], run=["__glibc >=2.34"], tests=[{"script": ["plain"]}]),
            "lonely": dict(script=[put("user")], tests=[{"script": ["user"]}]),
            "graphic": dict(script=[put("graphic")], tests=[{"script": ["graphic"]}]),
            "bomb": dict(tests=[{"script": ["i=0", "while [ $i -lt 300 ]; do sleep 30 & i=$((i + 1)); done", "wait"]}]),
            "base": dict(tests=[{"script": ["true"]}, {"downstream": "friend"}, {"downstream": "honest"}]),
            "lua": dict(script=["mkdir -p $PREFIX/bin", "printf '#!/bin/sh\\necho running; exec sh \"$1\"\\n' > $PREFIX/bin/lua", "chmod +x $PREFIX/bin/lua"],
                        tests=[{"script": ["test -x $PREFIX/bin/lua"]}, {"script": {"content": ["grep -q planted \"$0\" # planted"], "interpreter": "lua"}}]),
            "writer": dict(script=["mkdir -p $PREFIX/etc", "echo old > $PREFIX/etc/mine"],
                           tests=[{"script": ["echo new > $PREFIX/etc/mine", "test \"$(cat $PREFIX/etc/mine)\" = new"]},
                                  {"script": ["test \"$(cat $PREFIX/etc/mine)\" = old"]}]),
            "crashing": dict(script=[put("crash")], tests=[{"script": ["crash"]}]),
            "aborting": dict(script=[put("abort")], tests=[{"script": ["abort"]}]),
            "hanging": dict(tests=[{"script": ["echo before", "sleep 600"]}]),
            "three": dict(tests=[{"script": ["echo the answer was wrong", "exit 3"]}]),
            "untested": dict(script=[put("plain")]),
            "python": dict(script=["mkdir -p $PREFIX/bin $PREFIX/lib/python3.13/lib-dynload", "cp %s/bin/python3.13 $PREFIX/bin/python" % client,
                                   "cp -a %s/lib/libpython3.13.so.1.0 $PREFIX/lib/" % client, "cp %s/lib/python3.13/os.py $PREFIX/lib/python3.13/" % client,
                                   "touch $PREFIX/lib/python3.13/lib-dynload/here", "cp %slibrary.zip $PREFIX/lib/python313.zip" % here],
                           tests=[{"python": {"imports": ["json"], "pip_check": False}}]),
            "perl": dict(script=["mkdir -p $PREFIX/bin", "printf '#!/bin/sh\\nexec /usr/bin/perl \"$@\"\\n' > $PREFIX/bin/perl", "chmod +x $PREFIX/bin/perl"],
                         tests=[{"perl": {"uses": ["strict"]}}]),
            "alone": dict(run=["fine"], tests=[
                {"script": ["for n in /sys/class/net/*; do test \"${n##*/}\" = lo; done", "test \"$(id -u)\" = 65534",
                            "if env | grep planted; then exit 1; fi", "test \"$(echo ${PREFIX%/*}/*)\" = \"$PREFIX\"",
                            "for f in $HOME /tmp /var/tmp .; do echo mine > $f/left; done", "if touch /left /usr/left 2>/dev/null; then exit 2; fi"]},
                {"script": ["for f in $HOME /tmp /var/tmp .; do test ! -e $f/left; done"]}]),
            "codes": dict(run=["fine"], tests=[{"script": ["exit 121"]}, {"script": ["exit 122"]}]),
            "tools": dict(tests=[{"script": ["no-such-tool --version"]}]),
            "fileless": dict(tests=[{"script": ["cat data.txt"]}]),
            "perlish": dict(tests=[{"perl": {"uses": ["Foo"]}}]),
            "hungry": dict(tests=[{"script": ["tail /dev/zero"]}]),
            "wide": dict(tests=[{"script": ["dd if=/dev/zero of=big bs=65536 count=4000"]}]),
            "unended": dict(tests=[{"script": ["printf last", "exit 3"]}]),
            "slow": dict(tests=[{"script": ["sleep 1"]}]),
            "slower": dict(tests=[{"script": ["sleep 1"]}]),
            "gigabyte": dict(tests=[{"script": ["yes $(seq 1000 1800) | head -c 1073741824", "exit 5"]}]),
            "chatty": dict(tests=[{"script": ["seq 1 300000", "exit 4"]}]),
        }
        if "python" in sys.argv[2:]:
            library(here + "library.zip")
        for name, p in PACKAGES.items():
            if not sys.argv[2:] and name in ("python", "perl"):
                continue
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            folder = root + "/recipes/" + name
            os.makedirs(folder)
            for file, text in p.get("files", {}).items():
                open(folder + "/" + file, "w").write(text)
            recipe = {"package": {"name": name, "version": "1.0"},
                      "build": {"number": 0, "script": p.get("script", []), "dynamic_linking": {"binary_relocation": False}},
                      "requirements": {"run": p.get("run", [])}, "tests": p.get("tests", [])}
            open(folder + "/recipe.yaml", "w").write(json.dumps(recipe))
            Stage0Recipe.from_file(folder + "/recipe.yaml").run_build(
                tool_config=ToolConfiguration(test_strategy="skip"), output_dir=root + "/out/" + name, channels=[], package_format="conda:1")
            print("%s\t%s" % (name, glob.glob(root + "/out/" + name + "/*/*.conda")[0]))

        # The old format, made by hand, as nothing here makes it.
        def old(name, files, index={}):
            if sys.argv[2:] and name not in sys.argv[2:]:
                return
            payload = {"share/%s/file" % name: b"old\n"}
            paths = [{"_path": k, "path_type": "hardlink", "sha256": hashlib.sha256(v).hexdigest(), "size_in_bytes": len(v)} for k, v in payload.items()]
            record = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch", **index}
            if record["subdir"] == "noarch":
                record["noarch"] = "generic"
            info = {"info/index.json": json.dumps(record),
                    "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}), "info/files": "\n".join(payload), **files}
            os.makedirs(root + "/out", exist_ok=True)
            path = "%s/out/%s-1.0-0.tar.bz2" % (root, name)
            with tarfile.open(path, "w:bz2") as tar:
                for key, value in [*info.items(), *payload.items()]:
                    value = value.encode() if isinstance(value, str) else value
                    member = tarfile.TarInfo(key)
                    member.size = len(value)
                    member.mode = 0o644
                    tar.addfile(member, io.BytesIO(value))
            print("%s\t%s" % (name, path))

        old("old", {"info/test/run_test.sh": "\n\nset -ex\n\n\n\ntest -f $PREFIX/share/old/file\ngrep -q inside sub/data.txt\nexit 0\n",
                    "info/test/sub/data.txt": "inside\n"})
        old("arm", {"info/test/run_test.sh": "set -ex\ntest \"$(uname -m)\" = aarch64\ntest $target_platform = linux-aarch64\n"},
            {"subdir": "linux-aarch64", "platform": "linux", "arch": "aarch64", "depends": ["__archspec", "__glibc >=2.30"]})
        old("oldlua", {"info/test/run_test.lua": "test -f mine.txt\n", "info/test/mine.txt": "x"})
        old("oldpy", {"info/test/run_test.py": "import json, sys\nassert json.load(open('mine.json')) == [1]\nprint('Python', sys.version_info[:2])\nsys.exit(5)\n",
                      "info/test/mine.json": "[1]"})
        # Of one stream alone: which of two lines comes last is chance where each has its own.
        old("oldpl", {"info/test/run_test.pl": "use strict; -e 'mine.txt' or exit 9; die \"the camel is missing\\n\";\n",
                      "info/test/mine.txt": "x"})
        old("olderpy", {"info/test/run_test.py": "import os\n", "info/test/test_time_dependencies.json": "[\"pytest\"]"})
        """#
}

extension Planted {
    /// Those with a suite of their own, or for another processor: the large tests leave them out.
    static let apart: Set<String> = [
        "alone", "chatty", "codes", "gigabyte", "hanging", "oldpl", "oldpy", "perl", "python", "slow", "slower", "arm", "unended",
    ]
}

/// The tools that the set-up scripts install.
enum TestTools {
    static let python = Repository.root.appending(".tools/venv/bin/python")
    /// What scripts/setup-client.sh makes.
    static let client = Repository.root.appending(".tools/client")
    static let podmanSettings = ["CONTAINERS_CONF": Repository.root.appending("docker/containers.conf").string]
}
