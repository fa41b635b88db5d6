/** How many tickets come and go, and how long they take. */
import { html, useState } from "../vendor/preact-htm.js";
import { duration, number } from "../shared/format.js";
import { Field, Select } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useResource } from "../shared/resource.js";
import { useTitle } from "../shared/router.js";
import { Loaded } from "../shared/widgets.js";
import { Bars, Lines } from "./plots.js";

const SPANS = [[7, "7 days"], [30, "30 days"], [90, "90 days"], [365, "A year"]];
const GROUPS = [["department", "By department"], ["topic", "By topic"], ["staff", "By agent"], ["organization", "By organization"]];

export function Statistics() {
  const [days, setDays] = useState(30);
  const from = new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const limits = useLimits("ticket");
  const shown = GROUPS.filter(([name]) => !limits.hides(name));
  const stats = useResource(limits.isKnown ? "/stats/tickets" : null, { from, group_by: ["day", ...shown.map(([name]) => name)].join() });
  useTitle("Statistics");
  return html`<div class="page">
    <header class="page-head">
      <h1>Statistics</h1>
      <${Field} label="Span" name="span">${(attributes) => html`<${Select} ...${attributes} options=${SPANS} value=${days} onChange=${(event) => setDays(Number(event.target.value))} />`}</${Field}>
    </header>
    <${Loaded} resource=${stats}>${({ numbers, groups }) => html`
      <dl class="tiles">
        ${tilesOf(numbers).map(([name, value]) => html`<div class="card"><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
      </dl>
      <section class="card">
        <h2>Opened and closed each day</h2>
        <${Lines} days=${(groups.day ?? []).map((each) => each.date)} series=${[["Opened", (groups.day ?? []).map((each) => each.numbers.created)], ["Closed", (groups.day ?? []).map((each) => each.numbers.closed)]]} />
      </section>
      <div class="columns">
        ${shown.filter(([name]) => groups[name]?.length).map(([name, title]) => html`<section class="card">
          <h2>${title}</h2>
          <${Bars} rows=${groups[name].map((each) => [nameOf(each, name), each.numbers.created])} />
        </section>`)}
      </div>`}</${Loaded}>
  </div>`;
}

const nameOf = (group, name) => group[name]?.name ?? group.name ?? "None";

const tilesOf = (numbers) => [
  ["Opened", number(numbers.created)],
  ["Closed", number(numbers.closed)],
  ["Reopened", number(numbers.reopened)],
  ["Open now", number(numbers.open_now)],
  ["Overdue now", number(numbers.overdue_now)],
  ["First reply, median", duration(numbers.first_response.median_seconds)],
  ["Solved after, median", duration(numbers.resolution.median_seconds)],
];
