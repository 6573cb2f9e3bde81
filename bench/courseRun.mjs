import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readColumn } from "./columns.mjs";
import { data } from "./places.mjs";

const require = createRequire(import.meta.url);

/** Stars of the new user whom the lab puts before the others, by item. */
const mine = {
  2700: 5,
  2609: 2,
  929: 5,
  246: 5,
  2716: 3,
  1150: 5,
  382: 2,
  366: 5,
  622: 5,
  988: 3,
  2925: 1,
  2937: 1,
  793: 5,
};

/**
 * The course-lab run as files, for programs of any language: its ratings less the items' means, and the initial values.
 *
 * @returns the folder, the shape, and whether the values are the lab's, so that the published losses must come out.
 */
export async function prepareCourse() {
  const { courseLab, normalize, randomModel, ratingsFrom } = require("cofi");
  const lab = await courseLab();
  const size = { numItems: lab.ratings.numItems, numUsers: lab.ratings.numUsers + 1 };
  const own = Object.entries(mine).map(([item, value]) => ({ item: Number(item), user: 0, value }));
  const others = Array.from(lab.ratings.values, (value, k) => ({
    item: lab.ratings.items[k],
    user: lab.ratings.users[k] + 1,
    value,
  }));
  const { ratings } = normalize(ratingsFrom([...own, ...others], size));
  const model = lab.initial ?? randomModel({ ...size, numFeatures: 100 }, { seed: 1234, scale: 1 });
  const folder = join(data, "course-lab");
  mkdirSync(folder, { recursive: true });
  const files = {
    "train-items.i32": ratings.items,
    "train-users.i32": ratings.users,
    "train-values.f64": ratings.values,
    "X.f64": model.X,
    "W.f64": model.W,
    "b.f64": model.b,
  };
  for (const [name, values] of Object.entries(files)) writeFileSync(join(folder, name), values);
  return { folder, shape: { ...size, features: model.numFeatures }, published: lab.initial !== undefined };
}

/** What `prepareCourse` wrote, as the model and the ratings that `train` takes. */
export function readCourse({ data: folder, numItems, numUsers, features }) {
  const numbers = (name) => readColumn(folder, name, Float64Array);
  const ids = (length) => Array.from({ length }, (_, k) => k);
  const ratings = {
    numItems,
    numUsers,
    itemIds: ids(numItems),
    userIds: ids(numUsers),
    items: readColumn(folder, "train-items.i32", Int32Array),
    users: readColumn(folder, "train-users.i32", Int32Array),
    values: numbers("train-values.f64"),
  };
  const model = {
    numItems,
    numUsers,
    numFeatures: features,
    mu: new Float64Array(numItems),
    X: numbers("X.f64"),
    W: numbers("W.f64"),
    b: numbers("b.f64"),
  };
  return { model, ratings };
}
