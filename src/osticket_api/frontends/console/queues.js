/** The queues with how many tickets are in each, counted again as things happen. */
import { html } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useLive } from "../shared/live.js";
import { useResource } from "../shared/resource.js";
import { href } from "../shared/router.js";
import { number } from "../shared/format.js";
import { Icon, Loaded } from "../shared/widgets.js";

const MOVES = /^ticket\.(created|deleted|gone|assigned|released|transferred|closed|reopened|status_changed|answered|unanswered|overdue|merged|reply_added|message_added)$/;

export function Queues({ route }) {
  const { queues, isQuiet } = useApp();
  const counts = useResource(isQuiet ? "/queues/counts" : null);
  useLive((event) => MOVES.test(event.type), counts.reload);
  const byId = new Map((counts.data ?? []).map((each) => [each.id, each]));
  const current = route.path === "/" ? queues.data?.[0]?.id : Number(route.path.split("/queues/")[1]);
  return html`<section aria-label="Queues">
    <${Loaded} resource=${queues}>${(data) => html`<ul class="queues">${data.map((queue) => html`<${Queue} key=${queue.id} queue=${queue} counts=${byId} current=${current} />`)}</ul>`}</${Loaded}>
  </section>`;
}

function Queue({ queue, counts, current }) {
  const count = counts.get(queue.id);
  const isWithin = holds(queue, current);
  return html`<li>
    <a href=${href(`/queues/${queue.id}`)} aria-current=${queue.id === current ? "page" : undefined}>
      <${Icon} name="inbox" /> <span class="queue-title" dir="auto">${queue.title}</span>
      ${count && html`<span class="count" aria-label=${`${count.count} tickets`}>${number(count.count)}${count.is_at_least ? "+" : ""}</span>`}
    </a>
    ${isWithin && queue.children.length > 0 && html`<ul>${queue.children.map((child) => html`<${Queue} key=${child.id} queue=${child} counts=${counts} current=${current} />`)}</ul>`}
  </li>`;
}

const holds = (queue, id) => queue.id === id || queue.children.some((child) => holds(child, id));
