/** A box on the drawing, by its middle and its size, in pixels. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const letterWidth = 7.3;
const lineHeight = 16;
const markerSize = 14;

/** Where plotly may put a text beside its point, the best places first, and which way that is. */
const places = [
  ["top center", 0, -1],
  ["bottom center", 0, 1],
  ["middle right", 1, 0],
  ["middle left", -1, 0],
  ["top right", 1, -1],
  ["top left", -1, -1],
  ["bottom right", 1, 1],
  ["bottom left", -1, 1],
] as const;

/**
 * A place for the label of each point, so that labels cover neither one another nor other points, nor leave the
 * drawing, as far as that can be: each in turn takes the first place that is free, else the one that costs least.
 *
 * @param x Of the points, in pixels from the left.
 * @param y Of the points, in pixels from the top.
 * @returns plotly's `textposition` for each.
 */
export function labelPlaces(
  x: readonly number[],
  y: readonly number[],
  labels: readonly string[],
  drawing: { width: number; height: number },
): string[] {
  const taken: Box[] = x.map((at, k) => ({ x: at, y: y[k], width: markerSize, height: markerSize }));
  return labels.map((label, k) => {
    const width = label.length * letterWidth;
    const boxes = places.map(([, right, down]) => ({
      x: x[k] + right * (width / 2 + markerSize / 2 + 2),
      y: y[k] + down * (lineHeight / 2 + markerSize / 2 + 1),
      width,
      height: lineHeight,
    }));
    const others = taken.filter((_, other) => other !== k);
    const costs = boxes.map((box) =>
      others.reduce((sum, other) => sum + overlap(box, other), outside(box, drawing)),
    );
    const best = costs.indexOf(Math.min(...costs));
    taken.push(boxes[best]);
    return places[best][0];
  });
}

function overlap(a: Box, b: Box): number {
  const along = (one: number, size: number, other: number, otherSize: number) =>
    Math.max(
      0,
      Math.min(one + size / 2, other + otherSize / 2) - Math.max(one - size / 2, other - otherSize / 2),
    );
  return along(a.x, a.width, b.x, b.width) * along(a.y, a.height, b.y, b.height);
}

/** How much of a box, in square pixels, lies beyond the drawing. */
function outside(box: Box, { width, height }: { width: number; height: number }): number {
  return box.width * box.height - overlap(box, { x: width / 2, y: height / 2, width, height });
}
