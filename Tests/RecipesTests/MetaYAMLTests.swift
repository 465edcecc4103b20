import Foundation
import Testing

@testable import Recipes

@Suite struct MetaYAMLTests {
    @Test func `reads what stands plainly in a template with selectors and twice-said keys`() {
        let text = """
            {% set name = "Qt-Main" %}
            {% set version = "5.15.15" %}
            {%- set build = 4 -%}
            {% set major = version.split(".")[0] %}
            package:
              name: {{ name|lower }}-split
              version: {{ version }}
            source:
              - url: a      # [linux]
              - url: b      # [win]
                name: not-an-output
            build:
              number: {{ build }}   # [linux]
              number: {{ build + 100 }}   # [not linux]
            outputs:
              - name: {{ name | lower }}
                requirements:
                  host:
                    - name: neither
                test:
                  commands:
                    - echo name: x
              - script: build.sh
                name: "qt-wayland"   # [linux]
              - name: qt{{ major }}-extras
            extra:
              feedstock-name: qt-main
              recipe-maintainers:
                - ada
            """
        let outline = MetaYAML(Data(text.utf8)).outline
        #expect(outline.outputs.map(\.name) == ["qt-main", "qt-wayland", "qt{{ major }}-extras"])
        #expect(outline.unresolvedNames == ["qt{{ major }}-extras"])
        #expect(outline.version == "5.15.15")
        #expect(outline.buildNumber == "4")
        #expect(outline.feedstockName == "qt-main")
    }

    @Test func `lists may stand as far left as their key`() {
        let outline = MetaYAML(
            Data("package:\n  name: a\noutputs:\n- name: b\n  test:\n    requires:\n    - name: z\n- name: c\nabout:\n  name: d\n".utf8)
        ).outline
        #expect(outline.outputs.map(\.name) == ["b", "c"])
    }

    @Test func `without outputs the package is the output`() {
        let outline = MetaYAML(Data("package:\n  name: zlib\n  version: {{ environ['V'] }}\n".utf8)).outline
        #expect(outline.outputs.map(\.name) == ["zlib"])
        #expect(outline.version == nil)
    }

    @Test func `every cut of a template is read without an end`() {
        let text = Array("{% set name = \"é\" %}\npackage:\n  name: {{ name }}\noutputs:\n  - name: 'x'\n".utf8)
        for count in 0...text.count { _ = MetaYAML(Data(text[..<count])).outline }
    }
}
