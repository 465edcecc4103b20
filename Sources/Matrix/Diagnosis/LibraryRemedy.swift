/// Which package of a distribution brings a library that was missing.
///
/// RPM's and Alpine's packages can be asked for by the library's own name; for Debian's the names are listed here.
enum LibraryRemedy {
    /// A sentence's half, such as ``Debian's package `libgl1` brings it``; nil where nothing is known.
    static func words(for library: String, in system: SystemFacts) -> String? {
        guard library.contains(".so"), library.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._+-".contains($0)) }) else { return nil }
        let wide = system.machine.hasSuffix("64") ? "()(64bit)" : ""
        switch system.family {
        case .debian: return debian[library].map { "the system's package `\($0)` brings it" }
        case .fedora: return "`dnf install '\(library)\(wide)'` brings it"
        case .suse: return "`zypper install '\(library)\(wide)'` brings it"
        case .alpine: return "`apk add so:\(library)` brings it"
        case .arch: return "`pacman -F \(library)` names the package that brings it"
        case nil: return nil
        }
    }

    /// The libraries that conda packages leave to the system, or forget, by the names of Debian 12; from Debian 13 and Ubuntu 24.04 on
    /// some are provided by a package whose name ends in `t64`.
    private static let debian = [
        "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libGLX.so.0": "libglx0", "libOpenGL.so.0": "libopengl0", "libGLU.so.1": "libglu1-mesa",
        "libgbm.so.1": "libgbm1", "libdrm.so.2": "libdrm2", "libvulkan.so.1": "libvulkan1", "libX11.so.6": "libx11-6",
        "libX11-xcb.so.1": "libx11-xcb1",
        "libXext.so.6": "libxext6", "libXrender.so.1": "libxrender1", "libXi.so.6": "libxi6", "libXtst.so.6": "libxtst6",
        "libXrandr.so.2": "libxrandr2",
        "libXcursor.so.1": "libxcursor1", "libXcomposite.so.1": "libxcomposite1", "libXdamage.so.1": "libxdamage1", "libXfixes.so.3": "libxfixes3",
        "libXss.so.1": "libxss1", "libXt.so.6": "libxt6", "libXinerama.so.1": "libxinerama1", "libSM.so.6": "libsm6", "libICE.so.6": "libice6",
        "libxcb.so.1": "libxcb1", "libxkbcommon.so.0": "libxkbcommon0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
        "libwayland-client.so.0": "libwayland-client0", "libwayland-egl.so.1": "libwayland-egl1", "libfontconfig.so.1": "libfontconfig1",
        "libfreetype.so.6": "libfreetype6", "libasound.so.2": "libasound2", "libpulse.so.0": "libpulse0", "libdbus-1.so.3": "libdbus-1-3",
        "libglib-2.0.so.0": "libglib2.0-0", "libnss3.so": "libnss3", "libnspr4.so": "libnspr4", "libcups.so.2": "libcups2",
        "libgomp.so.1": "libgomp1", "libgfortran.so.5": "libgfortran5", "libquadmath.so.0": "libquadmath0", "libstdc++.so.6": "libstdc++6",
        "libgcc_s.so.1": "libgcc-s1", "libatomic.so.1": "libatomic1", "libz.so.1": "zlib1g", "libbz2.so.1.0": "libbz2-1.0",
        "liblzma.so.5": "liblzma5",
        "libcrypt.so.1": "libcrypt1", "libudev.so.1": "libudev1", "libtinfo.so.6": "libtinfo6", "libncursesw.so.6": "libncursesw6",
        "libssl.so.3": "libssl3", "libcrypto.so.3": "libssl3", "libxml2.so.2": "libxml2", "libnuma.so.1": "libnuma1",
        "libibverbs.so.1": "libibverbs1",
    ]
}
