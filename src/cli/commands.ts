// The commands, in the order in which the help lists them.
import type { Command } from "./command.ts";
import { importCommand } from "./import.ts";
import { protoCommand } from "./proto.ts";

/** All commands. */
export const commands: readonly Command[] = [protoCommand, importCommand];
