/// The two spellings of one command line.
public enum EngineKind: String, Sendable, Hashable, Codable, CaseIterable {
    case docker, podman
}
