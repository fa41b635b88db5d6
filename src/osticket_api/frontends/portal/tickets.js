/** The tickets of the user, and what the organization shares. */
import { html } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useLimits } from "../shared/limits.js";
import { changesTicket, useLive } from "../shared/live.js";
import { useResource } from "../shared/resource.js";
import { go, href } from "../shared/router.js";
import { Badge, Empty, Loaded, Moment, Pager } from "../shared/widgets.js";

const FIELDS = "id,number,subject,status,user,department,created_at,last_activity_at,is_answered";

export function Tickets({ query }) {
  const { me } = useApp();
  const page = Number(query.page ?? 1);
  const state = query.state ?? "open";
  const limits = useLimits("ticket");
  const asked = (field, value) => (limits.hides(field) ? undefined : value);
  const narrowed = { q: query.q, state: asked("status", state), user_id: asked("user", query.whose === "mine" ? "me" : undefined) };
  const sort = query.q ? undefined : asked("last_activity_at", "-last_activity_at");
  const tickets = useResource(limits.isKnown ? "/tickets" : null, { ...narrowed, page, per_page: 20, sort, fields: FIELDS });
  useLive(changesTicket, tickets.reload);
  const change = (more) => go("/tickets", { ...query, page: undefined, ...more });
  const choice = (name, value, label, current) => html`<button type="button" aria-pressed=${current === value} onClick=${() => change({ [name]: value })}>${label}</button>`;
  const find = (event) => {
    event.preventDefault();
    change({ q: new FormData(event.target).get("q") });
  };
  return html`<div class="page">
    <header class="page-head">
      <h1>Tickets</h1>
      ${!limits.hides("status") && html`<div class="buttons" role="group" aria-label="State">${choice("state", "open", "Open", state)} ${choice("state", "closed", "Closed", state)}</div>`}
      ${me?.organization && !limits.hides("user") && html`<div class="buttons" role="group" aria-label="Whose">${choice("whose", undefined, me.organization.name, query.whose)} ${choice("whose", "mine", "Mine", query.whose)}</div>`}
      <form class="ask" role="search" onSubmit=${find}><input type="search" key=${query.q} name="q" dir="auto" aria-label="Search tickets" placeholder="Search" defaultValue=${query.q ?? ""} /></form>
    </header>
    <${Loaded} resource=${tickets}>${(data) => data.length ? html`<${List} tickets=${data} />` : html`<${Empty}>No tickets here.</${Empty}>`}</${Loaded}>
    <${Pager} meta=${tickets.meta} page=${page} onPage=${(number) => change({ page: number })} />
  </div>`;
}

/** Of an open ticket, whether it is answered counts for more. */
const Status = ({ ticket: { status, is_answered } }) =>
  is_answered && status?.state !== "closed" ? html`<${Badge} kind="answered">Answered</${Badge}>` : html`<${Badge} kind=${status?.state}>${status?.name ?? "–"}</${Badge}>`;

const List = ({ tickets }) => html`<table class="listing">
  <thead><tr><th scope="col">Subject</th><th scope="col">Number</th><th scope="col">Status</th><th scope="col">From</th><th scope="col">Activity</th></tr></thead>
  <tbody>${tickets.map(
    (each) => html`<tr key=${each.id}>
      <td data-label="Subject"><a href=${href(`/tickets/${each.id}`)} dir="auto">${each.subject}</a></td>
      <td data-label="Number">${each.number}</td>
      <td data-label="Status"><${Status} ticket=${each} /></td>
      <td data-label="From" dir="auto">${each.user?.name ?? "–"}</td>
      <td data-label="Activity"><${Moment} at=${each.last_activity_at ?? each.created_at} /></td>
    </tr>`,
  )}</tbody>
</table>`;
