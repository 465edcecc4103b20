"""Lets rattler-build build a package, and test one, both without a network.

rattler_build_judge.py build FOLDER FORMAT   FOLDER/recipe, and from it a package without its recipe; prints the package's path
rattler_build_judge.py test FILE             runs the tests that the package carries; anything but success is an error
"""

import glob
import json
import os
import sys
import warnings

RECIPE = {
    "package": {"name": "judged", "version": "1.0"},
    "build": {
        "number": 0,
        "script": ["mkdir -p $PREFIX/bin", "printf '#!/bin/sh\\necho judged\\n' > $PREFIX/bin/judged", "chmod +x $PREFIX/bin/judged"],
    },
    "tests": [{"script": ['test "$(judged)" = judged']}, {"package_contents": {"bin": ["judged"]}}],
    "about": {"license": "MIT"},
}


def build(folder, format):
    from rattler_build import Stage0Recipe, ToolConfiguration

    os.makedirs(f"{folder}/recipe")
    with open(f"{folder}/recipe/recipe.yaml", "w") as file:
        json.dump(RECIPE, file)
    Stage0Recipe.from_file(f"{folder}/recipe/recipe.yaml").run_build(
        tool_config=ToolConfiguration(test_strategy="skip"), output_dir=f"{folder}/out", channels=[], package_format=format, no_include_recipe=True
    )
    print(glob.glob(f"{folder}/out/*/judged*")[0])


def test(file):
    from rattler_build import Package, test_package

    channel = os.path.join(os.path.dirname(file), "channel")
    os.makedirs(f"{channel}/noarch")
    with open(f"{channel}/noarch/repodata.json", "w") as index:
        json.dump({"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}, index)
    package = Package.from_file(file)
    results = package.run_tests(channel=["file://" + channel])
    # A package whose tests went missing would pass without a word.
    if not results or not all(result.success for result in results):
        raise SystemExit(f"{len(results)} tests: {[str(result.output)[-500:] for result in results]}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        test_package(file, channel=["file://" + channel])


if __name__ == "__main__":
    {"build": build, "test": test}[sys.argv[1]](*sys.argv[2:])
