/// A machine that Vagrant makes: what a container cannot be, such as Windows or macOS.
public struct Box: Sendable, Hashable, Codable {
    /// What runs commands in the machine.
    public enum Shell: String, Sendable, Hashable, Codable {
        case ssh, winrm
    }

    public var name: String
    /// What people call the system.
    public var title: String
    /// The conda subdir that is tested there, such as `win-64`.
    public var subdir: String
    /// The folder of its Vagrantfile, relative to the one that holds `boxes.yaml`.
    public var vagrantfile: String
    /// The environment variable that names Vagrant's box: nobody may hand these systems on, so everybody names their own.
    public var box: String
    public var shell: Shell
    /// The folder of the Vagrantfile of the same system with a toolchain, and the subdirs that are built there; nil where nothing is.
    public var toolchain: String?
    public var builds: [String]?
    /// What is said when it is unavailable, without a full stop.
    public var requires: String

    public init(
        name: String, title: String, subdir: String, vagrantfile: String, box: String, shell: Shell, toolchain: String? = nil,
        builds: [String]? = nil,
        requires: String
    ) {
        self.name = name
        self.title = title
        self.subdir = subdir
        self.vagrantfile = vagrantfile
        self.box = box
        self.shell = shell
        self.toolchain = toolchain
        self.builds = builds
        self.requires = requires
    }

    /// The same system with its toolchain, where it builds for `subdir`.
    public func building(_ subdir: String) -> Box? {
        guard let toolchain, builds?.contains(subdir) == true else { return nil }
        var box = self
        box.vagrantfile = toolchain
        return box
    }
}
