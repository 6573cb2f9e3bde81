/**
 * The program that judges: `node dist/grading/main.js`. It takes requests, one JSON text a line, and answers each with
 * a line when it is done, one after the other.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Judged, judge } from "./judge";
import type { Limits } from "./limits";
import { type Notebook, readNotebook } from "./notebook";
import { type Walls, walls } from "./sandbox";

/** What the program is asked for. */
export interface Request {
  source: string;
  submitted: string;
  files?: string[];
  limits?: Partial<Limits>;
  seed?: number;
}

/** What it answers: first whether there are walls, then a submission's result or why there is none. */
export type Answer = { walls: Walls } | Judged | { problem: string };

async function main(): Promise<void> {
  say({ walls: wallsHere() });
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
}

async function answer({ source, submitted, files, limits, seed }: Request): Promise<Answer> {
  try {
    const options = {
      ...(limits && { limits }),
      ...(files && { files }),
      ...(seed !== undefined && { seed }),
    };
    return await judge(sourceOf(source), readNotebook(submitted), options);
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function say(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function wallsHere(): Walls {
  const place = mkdtempSync(join(tmpdir(), "cofi-grading-"));
  try {
    return walls(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

let latest: { file: string; notebook: Notebook } | undefined;

/** A source is read once for a class. */
function sourceOf(file: string): Notebook {
  if (latest?.file !== file) latest = { file, notebook: readNotebook(file) };
  return latest.notebook;
}

void main();
