import Basics
import Containers
import Files
import Foundation
import Machines
import SystemPackage
import YAMLReading

/// The files that travel inside the program, so that it stays one file; their originals are in `docker/` and `vagrant/`.
enum ShippedFiles {
    /// Lays out our own build script with what it calls, and returns the script. The same bytes are not written again.
    static func writeBuildScript(to folder: FilePath) throws -> FilePath {
        try folder.createDirectory()
        let files: [(String, [UInt8])] = [
            ("run_docker_build.sh", PackageResources.run_docker_build_sh), ("build_steps.sh", PackageResources.build_steps_sh),
            ("build_recipe.py", PackageResources.build_recipe_py),
        ]
        for (name, bytes) in files {
            let path = folder.appending(name)
            if let there = try? path.contents(), there == Data(bytes) { continue }
            try path.replaceContents(with: Data(bytes), permissions: [.ownerReadWriteExecute, .groupRead, .groupExecute, .otherRead, .otherExecute])
        }
        return folder.appending("run_docker_build.sh")
    }

    static func images() throws -> ImageCatalogue { try YAML.decode(ImageCatalogue.self, from: Data(PackageResources.images_yaml)) }
    static func boxes() throws -> BoxCatalogue { try YAML.decode(BoxCatalogue.self, from: Data(PackageResources.boxes_yaml)) }
}
