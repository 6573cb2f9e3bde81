import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { interruption } from "../programs/interrupt.mjs";
import { Problem } from "../project/problem.mjs";
import { inRoot, root } from "../project/project.mjs";

const program = inRoot("dist", "grading", "main.js");

/** A judge: a program that judges one submission after the other. */
export class Judge {
  #child;
  #lines;

  constructor() {
    this.#child = spawn(process.execPath, [program], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdin.on("error", () => {}); // it has ended, as the answer that is missing tells
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    interruption.addEventListener("abort", this.#end);
    /** Whether submissions are shut in here, and if not why. */
    this.walls = this.#next().then(({ walls }) => walls);
    this.walls.catch(() => {}); // whoever asks for it hears of it
  }

  /** Judges a submission, whose notebook and that of its source are named with the folders of files around it. */
  async judge(request) {
    await this.walls;
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#next();
  }

  close() {
    interruption.removeEventListener("abort", this.#end);
    this.#child.stdin.end();
  }

  #end = () => this.#child.kill();

  async #next() {
    const { value, done } = await this.#lines.next();
    interruption.throwIfAborted();
    if (done)
      throw new Problem("The judge ended before it had answered: run npm run setup, then this again.");
    return JSON.parse(value);
  }
}

/** The line that says that submissions are not shut in. */
export const openLine = ({ because }) =>
  `Without walls: submissions run with your own rights here, for the system has no room for them (${because}). They can
read your files and use the network. Grade only notebooks that you would run yourself, or grade on Linux.`;
