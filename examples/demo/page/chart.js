// A line chart of the last 60 samples in an SVG whose view box is 1000 by 100: time runs to the right,
// and the right edge is the newest sample. Each series has two paths in the SVG, an area and a line.

const SAMPLES_IN_SIGHT = 60;

export class Chart {
  /** The time between two samples. */
  interval_ms = 1000;
  #svg;
  #samples = [];
  #cut = false;

  constructor(svg) {
    this.#svg = svg;
  }

  /** Adds one value for each series, of that time, and draws them all on a scale from 0 to `scale`. */
  add(now, values, scale) {
    const span = this.span_ms;
    // Should the server's clock have been set back, what was after is not.
    this.#samples = this.#samples.filter(({ at }) => at < now);
    this.#samples.push({ at: now, values, cut: this.#cut });
    this.#cut = false;
    // One sample beyond the left edge is kept, so that the line reaches it.
    while (this.#samples.length > 1 && this.#samples[1].at < now - span) this.#samples.shift();

    const points = this.#samples.map(({ at, values, cut }) => ({
      cut,
      x: 1000 * (1 - (now - at) / span),
      y: values.map((value) => 100 * (1 - Math.min(1, value / scale))),
    }));
    const runs = this.#runs(points);
    const areas = this.#svg.querySelectorAll(".area");
    const lines = this.#svg.querySelectorAll(".line");
    values.forEach((_, series) => {
      const path = (run) => run.map(({ x, y }) => `${x.toFixed(1)},${y[series].toFixed(2)}`).join("L");
      lines[series].setAttribute("d", runs.map((run) => `M${path(run)}`).join(""));
      areas[series].setAttribute("d", runs.map((run) => `M${run[0].x.toFixed(1)},100L${path(run)}V100Z`).join(""));
    });
  }

  /** Draws no line to the next sample: something is missing before it. */
  cut() {
    this.#cut = true;
  }

  /** The time from the left edge to the right one. */
  get span_ms() {
    return SAMPLES_IN_SIGHT * this.interval_ms;
  }

  /** The highest value in sight. */
  highest() {
    return Math.max(0, ...this.#samples.flatMap(({ values }) => values));
  }

  /** The chart in words, for those who do not see it. */
  describe(text) {
    this.#svg.setAttribute("aria-label", text);
  }

  /** Points that belong together: no line is drawn over the time the stream was away. */
  #runs(points) {
    const gap = (1000 * 3) / SAMPLES_IN_SIGHT;
    const runs = [];
    points.forEach((point, index) => {
      if (index === 0 || point.cut || point.x - points[index - 1].x > gap) runs.push([]);
      runs.at(-1).push(point);
    });
    return runs;
  }
}
