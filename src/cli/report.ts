// What `sigil check` prints: each finding under the class and property that it is about, and for what was removed the option
// that keeps its number and its name from being used again.
import type { Finding, ProtoTexts } from "./breaking.ts";
import { type Element, elementOf } from "./element.ts";
import type { LoadedApp } from "./load_app.ts";
import { type Place, placeOf, type Reserved, reservedIn, reservedOption } from "./place.ts";
import type { SourceIndex } from "./source_index.ts";

/** Rules about what is gone without being reserved. */
const deletionRule = /^(FIELD|ENUM_VALUE)_NO_DELETE/;

/**
 * The text of the findings, a paragraph for each element.
 *
 * @param texts the new .proto files.
 * @param directory what paths of the source are shown relative to.
 */
export function describeFindings(
  findings: readonly Finding[],
  app: LoadedApp,
  texts: ProtoTexts,
  source: SourceIndex,
  directory: string,
): string {
  const locate: Locate = (typeName, property) => source.locate(typeName, property, directory);
  const paragraphs = new Map<string, string[]>();
  const gone = new Map<string, { place: Place | undefined; entries: Set<number | string> }>();
  const elements = nameMembers(findings.map((finding) => [finding, elementOf(finding, texts)] as const));
  for (const [finding, element] of elements) {
    const place = element && named(placeOf(element, app.declared), source.type(element.typeName)?.name);
    const head = headOf(finding, element, place, locate);
    const lines = paragraphs.get(head) ?? [];
    lines.push(`  ${finding.type}: ${finding.message}`);
    paragraphs.set(head, lines);
    if (!element || !deletionRule.test(finding.type)) continue;
    const { entries } = gone.get(element.typeName) ?? { entries: new Set<number | string>() };
    if (typeof element.member === "number") entries.add(element.member);
    if (element.memberName !== undefined) entries.add(element.memberName);
    gone.set(element.typeName, { place, entries });
  }
  const found = [...paragraphs].map(([head, lines]) => `${head}\n${lines.join("\n")}\n`);
  const advice = [...gone].map(([typeName, { place, entries }]) => {
    const reserved = [...reservedIn(typeName, app.files) ?? []];
    return advise(typeName, place, [...reserved, ...[...entries].filter((entry) => !reserved.includes(entry))]);
  });
  return [...found, ...advice].join("\n");
}

type Locate = (typeName: string, property: string | undefined) => string | undefined;

// Contracts and enums are known by what the source calls them, where there is one.
function named(place: Place | undefined, name: string | undefined): Place | undefined {
  return place && place.kind !== "message" && name ? { ...place, owner: name } : place;
}

type Found = readonly [finding: Finding, element: Element | undefined];

// Not every finding about a member says its name as well as its number.
function nameMembers(found: readonly Found[]): Found[] {
  const names = new Map<string, string>();
  const key = ({ typeName, member }: Element): string => `${typeName} ${member}`;
  for (const [finding, element] of found) {
    const name = element?.memberName ?? reservedName(finding);
    if (element && name !== undefined) names.set(key(element), name);
  }
  return found.map(([finding, element]) => [finding, element && { ...element, memberName: names.get(key(element)) }]);
}

function headOf({ path, start_line }: Finding, element: Element | undefined, place: Place | undefined, locate: Locate) {
  if (!element) return path === undefined ? "the whole" : path;
  const { typeName } = element;
  if (!place) return `${typeName} (${path}:${start_line})`;
  const { owner, property, gone } = place;
  const at = locate(typeName, gone ? undefined : property);
  const name = property === undefined ? owner : `${owner}.${property}`;
  return `${at === undefined ? "" : `${at}: `}${name}${gone ? ", which is gone" : ""} (${typeName})`;
}

function reservedName({ message }: Finding): string | undefined {
  return /without reserving the name "([^"]+)"/.exec(message)?.[1];
}

function advise(typeName: string, place: Place | undefined, reserved: Reserved): string {
  const owner = place?.owner ?? typeName;
  const declaration = place?.kind === "enum" ? `Enum("${typeName}", ${owner})` : `@Message("${typeName}")`;
  return `To keep what is gone from ${owner} from being used again, say in the options of ${declaration}:\n\n` +
    `  ${reservedOption(reserved)},\n`;
}
