public import Containers
public import Machines

/// A system that cells are made of: an image that containers run, or a box of Vagrant's.
public struct TestSystem: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case image(ImageCatalogue.Image)
        case box(Box)
    }

    public var name: String
    /// What people call it.
    public var title: String
    public var kind: Kind

    public init(_ image: ImageCatalogue.Image) {
        name = image.name
        title = image.distribution
        kind = .image(image)
    }

    public init(_ box: Box) {
        name = box.name
        title = box.title
        kind = .box(box)
    }

    /// What the catalogue says; a run measures the real one.
    public var declaredLibC: LibC? { if case .image(let image) = kind { LibC(image.libc) } else { nil } }
}

/// Whether a system can be had here.
public enum Presence: Hashable, Sendable {
    /// The reference under which the engine holds the image, and what it holds.
    case image(reference: String, ImageFacts)
    case box
    /// `reason` says why not, `remedy` what would make it so; both without a full stop.
    case missing(reason: String, remedy: String)
}
