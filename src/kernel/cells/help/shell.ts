import { spawn } from "node:child_process";
import { signalTree } from "../../protocol/processTree";
import { currentCell } from "../run/cell";

/**
 * Runs a command in the system's shell, with what it prints shown as it comes.
 *
 * @throws Error where it does not end with 0.
 */
export async function run(command: string): Promise<void> {
  const signal = currentCell()?.controller.signal;
  const child = spawn(command, {
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: "1" },
  });
  const interrupted = () => signalTree(child.pid, "SIGINT");
  signal?.addEventListener("abort", interrupted, { once: true });
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (piece: Buffer) => {
      if (!signal?.aborted) process[name].write(piece);
    });
  try {
    const [code, ending] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (...end) => resolve(end));
    });
    if (code !== 0 && !signal?.aborted)
      throw new Error(`${command}: ended with ${ending === null ? `exit code ${code}` : `signal ${ending}`}`);
  } finally {
    signal?.removeEventListener("abort", interrupted);
  }
}
