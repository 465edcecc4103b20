"""Builds one variant of a recipe.yaml with rattler-build's Python package, and tests what it built.

It runs inside the builder image; build_steps.sh calls it. Progress goes to standard output as it comes. A package whose
tests fail is kept in OUTPUT/broken and named, because it may have taken hours to build. Exit status: 0 built and tested,
1 not.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import yaml
from rattler_build import JinjaConfig, Package, PlatformConfig, RenderConfig, Stage0Recipe, ToolConfiguration, VariantConfig


def say(text):
    print(text, flush=True)


def group(title):
    """A title on the log; whoever follows it takes it for the beginning of a phase."""
    provider = os.environ.get("CI", "")
    say({"azure": "##[group]", "github_actions": "::group::"}.get(provider, "==> ") + title)


def end_group():
    marks = {"azure": "##[endgroup]", "github_actions": "::endgroup::"}
    if os.environ.get("CI", "") in marks:
        say(marks[os.environ["CI"]])


class BuildFailed(Exception):
    """What went wrong as a sentence, and what can be done about it."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint


class Log:
    """rattler-build's events as lines. What it says of its own index, and what it says twice, is left out."""

    noise = ("Adding ", "Successfully added ", "Writing repodata ", "Could not find ", "Copying source from cache")

    def __init__(self):
        self.last = None

    def on_log(self, event):
        text = event.message.rstrip()
        if text and text != self.last and not (event.level == "info" and text.startswith(self.noise)):
            self.last = text
            say(text if event.level == "info" else f"{event.level}: {text}")

    def on_build_step(self, event):
        say(f"{event.step_name}: {event.message}")

    def on_download_start(self, event):
        say(f"downloading {event.url}")

    def on_download_progress(self, event):
        pass

    def on_download_complete(self, event):
        pass


def with_extra(text, extra):
    """The recipe's text with `extra` added to its section of that name.

    The Python package knows no --extra-meta. What the section holds ends up in about.json all the same, so the provenance is
    added to the text that is parsed; the file, which is copied into the package, stays as it was committed.
    """
    if not extra:
        return text
    present = re.search(r"^extra:[ \t]*(.*)$", text, re.MULTILINE)
    if present is None:
        lines = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in extra.items())
        return text.rstrip("\n") + "\n\nextra:\n" + lines
    if present.group(1) and not present.group(1).startswith("#"):
        try:
            held = yaml.safe_load(present.group(1))
        except yaml.YAMLError:
            held = None
        if not isinstance(held, dict):
            raise BuildFailed("the recipe's `extra` is no plain mapping, so the provenance cannot be added to it", "write it as a block")
        lines = "".join(f"\n  {key}: {json.dumps(value)}" for key, value in {**held, **extra}.items())
        return text[: present.start()] + "extra:" + lines + text[present.end():]
    following = re.search(r"^( +)\S", text[present.end():], re.MULTILINE)
    indent = following.group(1) if following else "  "
    # Keys that the recipe has already would be there twice; the commit's own word does not count here.
    body = text[present.end():]
    for key in extra:
        body = re.sub(rf"^{indent}{re.escape(key)}:.*\n", "", body, flags=re.MULTILINE)
    lines = "".join(f"\n{indent}{key}: {json.dumps(value)}" for key, value in extra.items())
    return text[: present.end()] + lines + body


def read_recipe(path, extra):
    with tempfile.TemporaryDirectory() as scratch:
        recipe = Stage0Recipe.from_yaml(with_extra(path.read_text(encoding="utf-8"), extra), recipe_dir=scratch)
    # Parsed from the text above, and all the same the recipe at `path`: its neighbours are copied into the package.
    recipe._recipe_path = path
    return recipe


def test(package_path, channel):
    """Runs the tests that the package holds, each in an environment of its own."""
    package = Package.from_file(package_path)
    total = package.test_count
    failures = []
    for index in range(total):
        started = time.monotonic()
        say(f"test {index + 1} of {total}")
        result = package.run_test(index, channel=[channel], progress_callback=Log())
        say(f"test {index + 1} of {total} {'passed' if result.success else 'FAILED'} in {time.monotonic() - started:.1f} s")
        if not result.success:
            failures.append(index + 1)
    return total, failures


class Done:
    """What was built before in this very container, for a build that goes on where it had failed.

    It lies in the container's own file system, so that it is there only when the container is started again.
    """

    path = Path("/tmp/hallmark-built.json")

    def __init__(self, options):
        self.output = options.output
        # The same recipe and the same variant, or nothing is taken over.
        digest = hashlib.sha256()
        for file in [options.variant, *sorted(path for path in options.recipe.parent.rglob("*") if path.is_file())]:
            digest.update(str(file).encode() + b"\0" + file.read_bytes())
        self.inputs = digest.hexdigest()

    def write(self, packages):
        held = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in packages}
        self.path.write_text(json.dumps({"inputs": self.inputs, "packages": held}))

    def packages(self):
        """The packages, each in its place again; None unless all are there as they were."""
        try:
            state = json.loads(self.path.read_text())
        except FileNotFoundError:
            return None
        if state["inputs"] != self.inputs:
            return None
        found = []
        for text, digest in state["packages"].items():
            path = Path(text)
            broken = self.output / "broken" / path.name
            if not path.exists() and broken.exists():
                shutil.move(broken, path)
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                return None
            # It counts as made by this run.
            path.touch()
            found.append(path)
        return found


def build(options):
    extra = dict(pair.split("=", 1) for pair in options.extra)
    extra = {key: value for key, value in extra.items() if value}

    group("Rendering the recipe")
    recipe = read_recipe(options.recipe, extra)
    platform = PlatformConfig(target_platform=options.target_platform)
    variants = VariantConfig.from_file_with_context(options.variant, JinjaConfig(platform=platform))
    rendered = recipe.render(variants, RenderConfig(platform=platform))
    if not rendered:
        raise BuildFailed(f"the recipe renders to nothing for `{options.variant.stem}`", "does it skip this platform?")
    for variant in rendered:
        package = variant.recipe.package
        used = ", ".join(f"{key}={value}" for key, value in sorted(variant.variant.items()))
        say(f"{package.name} {package.version} ({used})")
    end_group()

    # Packages are looked for beside the output only: the outputs of this feedstock, and what was put there on purpose.
    channel = prepare_channel(options.output, options.target_platform)
    done = Done(options)
    packages = done.packages()
    if packages is not None:
        say(f"built before in this container: {', '.join(path.name for path in packages)}; going on with the tests")
        rendered = []
    packages = packages or []
    for variant in rendered:
        group(f"Building {variant.recipe.package.name}")
        result = variant.run_build(
            tool_config=ToolConfiguration(keep_build=options.keep_build, test_strategy="skip", error_prefix_in_binary=False),
            output_dir=options.output,
            channels=[channel],
            progress_callback=Log(),
            # A path that is the same every time: it is written into files and found again by ccache.
            no_build_id=True,
            package_format=options.format,
        )
        packages += [Path(path) for path in result.packages]
        say(f"built in {result.build_time:.1f} s")
        end_group()
    if rendered:
        done.write(packages)

    for package in packages:
        group(f"Testing {package.name}")
        total, failures = test(package, channel)
        if failures:
            broken = options.output / "broken" / package.name
            broken.parent.mkdir(exist_ok=True)
            shutil.move(package, broken)
            broken.chmod(0o644)
            raise BuildFailed(
                f"{len(failures)} of {total} tests of {package.name} failed",
                f"the package is kept in build_artifacts/broken/{package.name}",
            )
        say(f"all {total} tests passed")
        end_group()


def prepare_channel(output, subdir):
    """Makes `output` a channel, so that the solver has somewhere to look, and returns its URL."""
    for name in {"noarch", subdir}:
        folder = output / name
        folder.mkdir(parents=True, exist_ok=True)
        index = folder / "repodata.json"
        if not index.exists():
            index.write_text(json.dumps({"info": {"subdir": name}, "packages": {}, "packages.conda": {}, "repodata_version": 1}))
    return output.resolve().as_uri()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--variant", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--target-platform", default="linux-64")
    parser.add_argument("--format", default="conda", help="conda, conda:LEVEL or tar.bz2")
    parser.add_argument("--extra", action="append", default=[], metavar="KEY=VALUE", help="goes into about.json's extra")
    parser.add_argument("--keep-build", action="store_true", help="keep the work folder after a good build too")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    try:
        build(options)
    except BuildFailed as failure:
        print(f"error: {failure}", flush=True)
        if failure.hint:
            print(f"hint: {failure.hint}", flush=True)
        return 1
    except Exception as failure:  # noqa: BLE001 - the package's own errors have no common base
        text = re.sub(r"^Py\w+Error: ", "", str(failure).strip())
        print(f"error: {text}", flush=True)
        work = options.output / "bld"
        if work.is_dir():
            print(f"hint: the work folder is kept in build_artifacts/{work.name}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
