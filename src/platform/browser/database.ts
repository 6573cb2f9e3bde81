/** DuckDB in a browser. */
import type * as nodes from "../database";

export type { Batch, Cells, Column, Database, Lists } from "../database";

const refused = async (): Promise<never> => {
  throw new Error("files and SQL are not read in this page: it comes without DuckDB");
};

export const openDatabase: typeof nodes.openDatabase = refused;
export const filesFitting: typeof nodes.filesFitting = refused;
export const writeParquet: typeof nodes.writeParquet = refused;
export const listsIn: typeof nodes.listsIn = refused;
