import Files
import Foundation
import Processes
import SystemPackage
import Testing

/// Artifacts for Windows with a fault planted in each, made by hand with programs that gcc and ld make: nothing else here makes either.
enum PlantedWindows {
    /// Builds all of them into `folder` and returns their paths by name; `launch.exe` lies in `folder` as well.
    static func build(in folder: FilePath) async throws -> [String: FilePath] {
        try await Planted.made(by: program, in: folder, timeout: .seconds(60))
    }

    private static let program = #"""
        import hashlib, io, json, os, subprocess, sys, tarfile

        root = sys.argv[1]
        os.makedirs(root + "/c")
        os.chdir(root + "/c")
        KERNEL = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/kernel32.dll"

        # ELF objects that ld turns into programs of Windows: no runtime library, no data but on the stack.
        def linked(name, text, *others, dll=False):
            open(name + ".c", "w").write("#define W __attribute__((ms_abi))\n" + text)
            run = lambda *a: subprocess.run(a, check=True, stderr=subprocess.DEVNULL)
            run("gcc", "-ffreestanding", "-fno-pic", "-fno-builtin", "-mno-red-zone", "-fno-asynchronous-unwind-tables", "-O1", "-fno-ident",
                "-fcf-protection=none", "-fno-stack-protector", "-fno-tree-vectorize", "-c", name + ".c", "-o", name + ".elf")
            run("objcopy", "-O", "pe-x86-64", "-R", ".comment", "-R", ".note.GNU-stack", name + ".elf", name + ".o")
            run("ld", "-m", "i386pep", "--subsystem", "console", *(["--dll", "--export-all-symbols", "-e", "0"] if dll else ["-e", "start"]),
                name + ".o", *others, "-o", name + (".dll" if dll else ".exe"))
            return open(name + (".dll" if dll else ".exe"), "rb").read()

        crash = linked("crash", "W void start(void){volatile int *p=0; *p=1;}")
        illegal = linked("illegal", "W void start(void){__asm__(\"ud2\");}")
        library = linked("planted", "W int planted(void){return 0;}", dll=True)
        user = linked("user", "W int planted(void); W int start(void){return planted();}", "planted.dll")
        # Starts what the variable LINE says, as WinRM's service does: no argument of wine's own gets through without quotes.
        linked("launch", """
            typedef void *P; typedef unsigned U; typedef unsigned long long Q;
            W U GetEnvironmentVariableA(const char *, char *, U);
            W int CreateProcessA(const char *, char *, P, P, int, U, P, const char *, P, P);
            W U WaitForSingleObject(P, U); W int GetExitCodeProcess(P, U *); W void ExitProcess(U);
            W void start(void) {
                U code = 1; char line[3500]; Q startup[13], process[3]; volatile char name[5];
                name[0] = 'L'; name[1] = 'I'; name[2] = 'N'; name[3] = 'E'; name[4] = 0;
                for (int i = 0; i < 13; i++) ((volatile Q *)startup)[i] = i ? 0 : 104;
                if (GetEnvironmentVariableA((const char *)name, line, sizeof line) &&
                    CreateProcessA(0, line, 0, 0, 1, 0, 0, 0, startup, process)) {
                    WaitForSingleObject((P)process[0], 0xffffffff);
                    GetExitCodeProcess((P)process[0], &code);
                }
                ExitProcess(code);
            }""", KERNEL)
        os.rename("launch.exe", root + "/launch.exe")

        def made(name, files={}, v1=None, v0={}, marks={}, links={}, **index):
            paths = []
            for path, data in files.items():
                entry = {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}
                if path in marks:
                    entry.update({"prefix_placeholder": marks[path][0], "file_mode": marks[path][1]})
                paths.append(entry)
            for path, target in links.items():
                paths.append({"_path": path, "path_type": "softlink", "sha256": hashlib.sha256(files[target]).hexdigest(), "size_in_bytes": 1})
            record = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "win-64", "platform": "win",
                      "arch": "x86_64", **index}
            info = {"info/index.json": json.dumps(record), "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
                    "info/files": "\n".join([*files, *links])}
            if v1 is not None:
                info["info/tests/tests.yaml"] = json.dumps(v1)
            info.update({"info/test/" + key: text for key, text in v0.items()})
            folder = "%s/out/%s" % (root, record["subdir"])
            os.makedirs(folder, exist_ok=True)
            path = "%s/%s-1.0-0.tar.bz2" % (folder, name)
            with tarfile.open(path, "w:bz2") as tar:
                for key, data in [*info.items(), *files.items()]:
                    data = data.encode() if isinstance(data, str) else data
                    member = tarfile.TarInfo(key)
                    member.size, member.mode, member.mtime = len(data), 0o644, 1700000000
                    tar.addfile(member, io.BytesIO(data))
                for key, target in links.items():
                    member = tarfile.TarInfo(key)
                    member.type, member.linkname = tarfile.SYMTYPE, target
                    tar.addfile(member)
            print("%s\t%s" % (name, path))

        def script(*lines):
            return [{"script": list(lines)}]

        there = "C:\\bld\\" + "_h_env_placehold" * 10
        slashes = there.replace("\\", "/")
        launcher = b"MZ program\0#!" + there.encode() + b"\\python.exe\n"
        import zipfile
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("__main__.py", "import sys")
        made("fine",
             {"etc/conf": ("root=%s/lib\n" % slashes).encode(), "etc/wide": ("root=%s" % slashes).encode("utf-16-le"),
              "Library/bin/left.dll": b"MZ\0" + there.encode() + b"\\x\0", "Scripts/tool.exe": launcher + inner.getvalue(),
              "etc/conda/activate.d/fine.bat": b"@set FINE=activated\r\n@set MARK=%PREFIX%\r\n", "Scripts/hello.bat": b"@echo hello from a script\r\n",
              "Library/bin/planted.dll": library, "Scripts/user.exe": user},
             script('if not "%FINE%"=="activated" exit /b 11', 'if not "%MARK%"=="%PREFIX%" exit /b 12',
                    'for /f "delims=" %%i in (%PREFIX%\\etc\\conf) do set GOT=%%i', 'if not "%GOT%"=="root=%PREFIX:\\=/%/lib" exit /b 13',
                    'call hello', 'user', 'if not "%LIBRARY_BIN%"=="%PREFIX%\\Library\\bin" exit /b 14', 'if not "%PKG_NAME%"=="fine" exit /b 15',
                    'echo written > here.txt', 'if not exist %SRC_DIR%\\here.txt exit /b 16', 'echo 100%% & echo "a & b"'),
             marks={"etc/conf": (slashes, "text"), "etc/wide": (slashes, "text"), "Library/bin/left.dll": (there, "binary"),
                    "Scripts/tool.exe": (there, "binary")})
        # The old format: conda-build's scripts end with 1, whatever it was that failed.
        asked = "IF %ERRORLEVEL% NEQ 0 exit /B 1\r\n"
        made("old", {"x": b"x"}, v0={"run_test.bat": "\r\n\r\n\r\nif not exist sub\\data.txt exit 7\r\n" + asked + "exit /B 0\r\n", "sub/data.txt": "x",
                                     "run_test.sh": "exit 1\n"})
        made("lonely", {"Library/bin/user.exe": user}, v0={"run_test.bat": "user.exe --version\r\n" + asked + "exit /B 0\r\n"})
        # What a symbol that is missing ends with is Windows' to say: wine's own code for it is another.
        made("several", {"Library/bin/crash.exe": crash, "Scripts/illegal.exe": illegal},
             script("echo before", "crash") + script("illegal") + script("cmd /d /c exit -1073741511") + script("no-such-tool --version")
             + script("echo the answer was wrong", "exit 3"))
        made("hanging", {"x": b"x"}, script("echo before", "hang", "echo after"), depends=["waiting"])
        made("waiting", {"Scripts/hang.bat": b"@echo off\r\n:again\r\ncmd /d /c exit 0\r\ngoto again\r\n"})
        made("later", {"x": b"x"}, script("echo no"), depends=["__win >=11"])
        made("both", {"x": b"x"}, v0={"run_test.sh": "exit 1\n", "run_test.bat": "if not exist %PREFIX%\\x exit /B 5\r\n"}, subdir="noarch", noarch="generic")
        made("linked", {"x": b"x"}, script("echo no"), links={"y": "x"})
        made("device", {"lib/aux.txt": b"x"}, script("echo no"))
        made("cases", {"lib/a.txt": b"x"}, script("echo no"), depends=["capital"])
        made("capital", {"lib/A.txt": b"x"})
        made("long", {"/".join(["a" * 60] * 4): b"x"}, script("echo no"))
        """#
}
