import Foundation

extension String {
    /// Canonical decomposition (NFD), as HFS+ stores names.
    var decomposed: String { decomposedStringWithCanonicalMapping }
}
