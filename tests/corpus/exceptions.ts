// The files of the corpus that the laws of import and of printing do not hold for, each with its reason. There should be none.

/** Reasons by the path of the file, as others import it. */
export const namedExceptions: ReadonlyMap<string, string> = new Map();
