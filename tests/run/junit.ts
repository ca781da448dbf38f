// Counts tests in the JUnit XML that Node, Bun and Deno write alike. Only what the summary needs is read: how each
// `testcase` ended, and the name of the skipped ones. A full XML reader is left out on purpose.

/** How the tests of one run ended. */
export interface Counts {
  passed: number;
  failed: number;
  /** Names of the skipped tests. */
  skipped: string[];
}

/** Counts the test cases of a JUnit file's text. */
export function readJunit(xml: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for (const [, attributes, body] of xml.matchAll(/<testcase\b((?:"[^"]*"|[^>"])*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (body !== undefined && /<(failure|error)\b/.test(body)) counts.failed++;
    else if (body !== undefined && /<skipped\b/.test(body)) counts.skipped.push(nameOf(attributes));
    else counts.passed++;
  }
  return counts;
}

function nameOf(attributes: string): string {
  const name = /\bname="([^"]*)"/.exec(attributes)?.[1] ?? "(unnamed)";
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", amp: "&" };
  return name.replace(/&(lt|gt|quot|apos|#39|amp);/g, (_, entity: string) => entities[entity]);
}
