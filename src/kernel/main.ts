import { startKernel } from "./kernel";
import { readConnection } from "./protocol/connection";

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
  startKernel(readConnection(file)).catch((error: Error) => {
    console.error(`The kernel could not start: ${error.message}`);
    process.exit(1);
  });
}

main();
