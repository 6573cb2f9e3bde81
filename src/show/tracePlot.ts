import { checkOptions } from "../base/check";
import type { Trace } from "../model/posterior";
import { colours, type Figure, figure } from "./figure";
import { line } from "./traces";

const curves = [
  ["rmse", "error on the ratings learned from", "solid"],
  ["noise", "noise", "dash"],
  ["userBias", "spread of users' biases", "dot"],
  ["itemBias", "spread of items' biases", "dashdot"],
] as const;

/**
 * What the sampler of `bayesian` did, sweep by sweep, in stars. The warm-up, whose sweeps are not among the samples, is
 * shaded: after it no curve should still be on its way up or down.
 */
export function traceCurve({ trace }: { trace: Trace }, options: { title?: string } = {}): Figure {
  checkOptions(options, ["title"]);
  const sweeps = trace.rmse.length;
  return figure(
    curves.map(([name, label, dash]) =>
      line({
        name: label,
        y: Array.from(trace[name]),
        style: { dash },
        hover: "sweep %{x}: %{y:.3f} stars",
      }),
    ),
    {
      title: options.title ?? "The sampler settles, and then samples",
      x: { title: "sweep", range: [0, Math.max(1, sweeps - 1)] },
      y: { title: "stars", rangemode: "tozero" },
      shapes: [
        {
          type: "rect",
          xref: "x",
          yref: "paper",
          x0: 0,
          x1: Math.min(trace.warmUp, sweeps) - 0.5,
          y0: 0,
          y1: 1,
          fillcolor: colours.grey,
          opacity: 0.15,
          line: { width: 0 },
          layer: "below",
        },
      ],
      annotations: [
        {
          text: "warm-up",
          showarrow: false,
          xref: "x",
          yref: "paper",
          x: 0,
          y: 0,
          xanchor: "left",
          yanchor: "bottom",
        },
      ],
    },
  );
}
