// Reads the code blocks of a documentation page. Blocks fenced `ts` are TypeScript and become modules:
//   ```ts            goes on with the page's current module, or starts the next one where it begins with an import
//   ```ts greeter.ts the same, and the module it starts has this name, so that other modules of the page can import it
//   ```ts run        the module is also run once it is complete; the `text` block that follows shows what it prints,
//                    with `...` for a stretch that differs from run to run
// Other fences (sh, json, proto, html) are left alone.

/** A module made of a page's blocks. */
export interface PageModule {
  /** File name, unique in the page. */
  name: string;
  /** The code, each line at the line number it has in the page. */
  code: string;
  /** For modules that are run: what they print. */
  expected: string | undefined;
}

interface Block {
  language: string;
  words: string[];
  /** Number of the fence's line, from 0. */
  line: number;
  lines: string[];
}

/** The modules of a page's text. Throws where a block is fenced in a way that this file does not know. */
export function modulesOf(page: string): PageModule[] {
  const modules: PageModule[] = [];
  const blocks = blocksOf(page);
  blocks.forEach((block, index) => {
    if (block.language !== "ts") return;
    const name = block.words.find((word) => word.endsWith(".ts"));
    const isRun = block.words.includes("run");
    const unknown = block.words.find((word) => word !== name && word !== "run");
    if (unknown !== undefined) throw new Error(`line ${block.line + 1}: unknown word "${unknown}" after \`\`\`ts`);
    const isStart = name !== undefined || modules.length === 0 ||
      /^\s*(\/\/.*\n\s*)*import\b/.test(block.lines.join("\n"));
    if (isStart) modules.push({ name: name ?? `module_${block.line + 1}.ts`, code: "", expected: undefined });
    const module = modules.at(-1)!;
    const missingLines = block.line + 1 - (module.code === "" ? 0 : module.code.split("\n").length - 1);
    module.code += "\n".repeat(missingLines) + block.lines.join("\n") + "\n";
    if (!isRun) return;
    const output = blocks[index + 1];
    if (output?.language !== "text") {
      throw new Error(`line ${block.line + 1}: no \`\`\`text block follows a \`\`\`ts run`);
    }
    module.expected = (module.expected ?? "") + output.lines.join("\n") + "\n";
  });
  return modules;
}

/** Whether an output is what a page shows: line by line, `...` standing for anything, the end may be missing. */
export function matchesOutput(output: string, expected: string): boolean {
  const pattern = expected.trim().split("\n").map((line) =>
    line.trimEnd().split("...").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*?")
  ).join("\\s*\\n");
  return new RegExp(`^\\s*${pattern}\\s*$`).test(output);
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: (Block & { fence: string }) | undefined;
  page.split("\n").forEach((text, line) => {
    const fence = /^(`{3,})(.*)$/.exec(text);
    if (open !== undefined) {
      if (fence !== null && fence[1] === open.fence && fence[2].trim() === "") {
        blocks.push(open);
        open = undefined;
      } else open.lines.push(text);
    } else if (fence !== null) {
      const [language = "", ...words] = fence[2].trim().split(/\s+/);
      open = { language, words, line, lines: [], fence: fence[1] };
    }
  });
  if (open !== undefined) throw new Error(`line ${open.line + 1}: a code block is not closed`);
  return blocks;
}
