/**
 * A browser starts no programs.
 *
 * @throws Error that says so, always.
 */
export async function run(command: string): Promise<void> {
  throw new Error(`${command}: a notebook in a browser can't start programs`);
}
