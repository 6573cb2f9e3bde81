import { startKernel } from "./kernel";
import { readConnection } from "./protocol/connection";
import { Sockets } from "./protocol/sockets";
import { watchParent } from "./watchParent";

/**
 * The program that Jupyter starts: `node dist/kernel/main.js --config <connection file>`.
 *
 * This process only speaks Jupyter's protocol; cells run in a process of their own beside it. So heartbeats,
 * interrupts and shutdowns are answered while a cell spins in a loop, and a cell that ends its process is an
 * error in that cell rather than the end of the kernel.
 */
function main(): void {
  const at = process.argv.indexOf("--config");
  const file = at < 0 ? undefined : process.argv[at + 1];
  if (file === undefined) {
    console.error("usage: node main.js --config <connection file>");
    process.exit(2);
  }
  serve(file).catch((error: Error) => {
    console.error(`The kernel could not start: ${error.message}`);
    process.exit(1);
  });
}

async function serve(file: string): Promise<void> {
  const connection = readConnection(file);
  const kernel = await startKernel(
    (take) => Sockets.open(connection, take),
    () => process.exit(0),
  );
  process.on("SIGINT", () => kernel.runtime.interrupt());
  process.on("SIGTERM", () => void kernel.stop());
  watchParent(() => void kernel.stop());
}

main();
