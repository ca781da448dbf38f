// The commands, in the order in which the help lists them.
import { checkCommand } from "./check.ts";
import type { Command } from "./command.ts";
import { importCommand } from "./import.ts";
import { protoCommand } from "./proto.ts";

/** All commands. */
export const commands: readonly Command[] = [protoCommand, checkCommand, importCommand];
