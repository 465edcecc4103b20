import Files
import Foundation
public import SystemPackage
import YAMLReading

/// The machines that hallmark knows, as `vagrant/boxes.yaml` lists them.
public struct BoxCatalogue: Sendable, Hashable, Codable {
    public var boxes: [Box]

    public init(boxes: [Box]) { self.boxes = boxes }

    public init(reading path: FilePath) throws(MachineError) {
        let data: Data
        do throws(FileError) { data = try path.contents(limit: 4 << 20) } catch { throw .file(error) }
        do throws(YAMLError) { self = try YAML.decode(BoxCatalogue.self, from: data) } catch { throw .yaml(path, error) }
    }

    public subscript(name: String) -> Box? { boxes.first { $0.name == name } }
}
