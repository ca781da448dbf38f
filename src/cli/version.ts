// The version of the package. A constant, for where the manifest lies differs between registries and runtimes.

/** The version that `sigil --version` prints; that of the manifests. */
export const version = "0.1.0";
