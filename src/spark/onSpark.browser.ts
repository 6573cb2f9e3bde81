/** The way onto a Spark cluster, in a browser: there is none. */
import type { onSpark as nodes } from "./onSpark";

export type { OnSparkOptions } from "./onSpark";

export const onSpark: typeof nodes = async () => {
  throw new Error("onSpark starts programs on this machine, which a page cannot do: use Cofi on Node");
};
