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
    /// What is said when it is unavailable, without a full stop.
    public var requires: String

    public init(name: String, title: String, subdir: String, vagrantfile: String, box: String, shell: Shell, requires: String) {
        self.name = name
        self.title = title
        self.subdir = subdir
        self.vagrantfile = vagrantfile
        self.box = box
        self.shell = shell
        self.requires = requires
    }
}
