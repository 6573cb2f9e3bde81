import { runCommand } from "../programs/command.mjs";

const program = 'require("node:fs").rmSync(process.argv[1], { recursive: true, force: true, maxRetries: 3 })';

/** Removes a big folder in a process of its own: it can take long, and Ctrl-C is to be heard meanwhile. */
export const removeFolder = (folder) => runCommand(process.execPath, ["-e", program, folder]);
