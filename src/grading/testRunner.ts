/** Runs the tests of one submission in a thread, and puts what they ask to the submission's process. */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { workerFile } from "../platform/project";
import type { Verdict } from "../exercises/grade";
import type { Packed } from "../kernel/protocol/packed";
import type { Failure, Reached } from "../kernel/protocol/wire";
import type { CompiledCell, Surroundings } from "./compile";

/** What a test asks of the submission: a variable, or a call of the function in it. */
export interface Reach {
  name: string;
  arguments?: Packed[];
}

export type ReachedOrEnded = Reached | { kind: "ended"; failure: Failure };

export interface TestData {
  port: MessagePort;
  /** 1 when there is an answer at the port. */
  answer: Int32Array;
  surroundings: Surroundings;
  seed: number;
}

export interface ToTests {
  test: CompiledCell;
}

/** How a test went. */
export interface FromTests {
  verdicts: Verdict[];
  failure?: { name: string; message: string };
}

/** The thread of the tests of one submission. */
export class TestRunner {
  private worker: Worker;

  /** @param seed What drawn cases are drawn by. */
  constructor(
    private readonly surroundings: Surroundings,
    private readonly seed: number,
    /** Puts a question of a test to the submission. */
    private readonly ask: (question: Reach) => Promise<ReachedOrEnded>,
  ) {
    this.worker = this.start();
  }

  /** Runs a test. One that goes on for longer than the seconds is ended, as far as it is not the submission that does. */
  async run(test: CompiledCell, seconds: number): Promise<FromTests> {
    const { worker } = this;
    worker.postMessage({ test } satisfies ToTests);
    return new Promise((resolve) => {
      const end = (result: FromTests) => {
        clearTimeout(timer);
        worker.removeAllListeners("message").removeAllListeners("error");
        resolve(result);
      };
      const broken = (name: string, message: string) => {
        void worker.terminate();
        this.worker = this.start();
        end({ verdicts: [], failure: { name, message } });
      };
      const timer = setTimeout(
        () => broken("OutOfTime", `the test ran for longer than ${seconds} s`),
        1000 * seconds,
      );
      worker.once("message", end);
      worker.once("error", (error) => broken(error.name, error.message));
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private start(): Worker {
    const { port1, port2 } = new MessageChannel();
    const answer = new Int32Array(new SharedArrayBuffer(4));
    port1.on("message", async (question: Reach) => {
      port1.postMessage(await this.ask(question));
      Atomics.store(answer, 0, 1);
      Atomics.notify(answer, 0);
    });
    const workerData: TestData = { port: port2, answer, surroundings: this.surroundings, seed: this.seed };
    return new Worker(workerFile("grading/testWorker"), {
      workerData,
      transferList: [port2],
      stdout: true,
      stderr: true,
    });
  }
}
