// The version of the package. A constant, for where the manifest lies differs between registries and runtimes.

/** What `sigil --version` prints, and clients say of themselves; the version of the manifests. */
export const version = "0.1.0";
