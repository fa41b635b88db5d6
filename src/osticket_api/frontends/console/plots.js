/** Plots as SVG. Each has its numbers as a table for those who do not see it. */
import { html } from "../vendor/preact-htm.js";
import { day, number } from "../shared/format.js";

const WIDTH = 720;
const HEIGHT = 200;
const MARGIN = 28;

/** One line for each of `series`, pairs of a name and a value a day. */
export function Lines({ days, series }) {
  const highest = Math.max(1, ...series.flatMap(([, values]) => values));
  const most = highest > 1 ? 2 * Math.ceil(highest / 2) : 1; // Even, so that there is a number half way up.
  const x = (index) => MARGIN + (index * (WIDTH - 2 * MARGIN)) / Math.max(1, days.length - 1);
  const y = (value) => HEIGHT - MARGIN - (value * (HEIGHT - 2 * MARGIN)) / most;
  const ticks = most > 1 ? [0, most / 2, most] : [0, most];
  return html`<figure class="plot">
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      ${ticks.map((each) => html`<g><line class="grid" x1=${MARGIN} x2=${WIDTH - MARGIN} y1=${y(each)} y2=${y(each)} /><text x=${MARGIN - 6} y=${y(each) + 4} text-anchor="end">${number(each)}</text></g>`)}
      ${series.map(([name, values], index) => html`<polyline key=${name} class=${`line line-${index}`} points=${values.map((value, at) => `${x(at)},${y(value)}`).join(" ")} />`)}
      ${days.length > 0 && html`<text x=${MARGIN} y=${HEIGHT - 6}>${day(days[0])}</text><text x=${WIDTH - MARGIN} y=${HEIGHT - 6} text-anchor="end">${day(days.at(-1))}</text>`}
    </svg>
    <figcaption>${series.map(([name], index) => html`<span class=${`legend line-${index}`}>${name}</span>`)}</figcaption>
    <details>
      <summary>As a table</summary>
      <table class="listing">
        <thead><tr><th scope="col">Day</th>${series.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
        <tbody>${days.map((each, at) => html`<tr><td data-label="Day">${day(each)}</td>${series.map(([name, values]) => html`<td data-label=${name}>${number(values[at])}</td>`)}</tr>`)}</tbody>
      </table>
    </details>
  </figure>`;
}

/** A bar for each of `rows`, pairs of a name and a value. */
export function Bars({ rows }) {
  const most = Math.max(1, ...rows.map(([, value]) => value));
  return html`<table class="bars">
    <tbody>${rows.map(([name, value]) => html`<tr key=${name}>
      <th scope="row" dir="auto">${name}</th>
      <td><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${(100 * value) / most} height="8" rx="1" /></svg></td>
      <td class="number">${number(value)}</td>
    </tr>`)}</tbody>
  </table>`;
}
