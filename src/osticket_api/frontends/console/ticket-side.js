/** What a ticket is about: its properties, its people, its tasks, its relatives. */
import { html } from "../vendor/preact-htm.js";
import { href } from "../shared/router.js";
import { moment } from "../shared/format.js";
import { Moment } from "../shared/widgets.js";
import { Collaborators } from "./collaborators.js";
import { CustomFields } from "./custom-fields.js";
import { Properties } from "./properties.js";
import { TicketTasks } from "./ticket-tasks.js";

export function TicketSide({ ticket, onChanged }) {
  return html`<aside class="ticket-side" aria-label="Details">
    <${Properties} ticket=${ticket} onChanged=${onChanged} />
    <section>
      <h2>Requester</h2>
      ${ticket.user
        ? html`<p><a href=${href(`/users/${ticket.user.id}`)} dir="auto">${ticket.user.name}</a><br /><small>${ticket.user.email}</small></p>`
        : html`<p>Nobody</p>`}
      ${ticket.organization && html`<p><a href=${href(`/organizations/${ticket.organization.id}`)} dir="auto">${ticket.organization.name}</a></p>`}
    </section>
    <${CustomFields} ticket=${ticket} onChanged=${onChanged} />
    <${Collaborators} ticket=${ticket} onChanged=${onChanged} />
    <${TicketTasks} ticket=${ticket} />
    ${ticket.children.length > 0 && html`<section>
      <h2>${ticket.relation === "merged" ? "Merged tickets" : "Linked tickets"}</h2>
      <ul class="plain">${ticket.children.map((each) => html`<li><a href=${href(`/tickets/${each.id}`)} dir="auto">#${each.number} ${each.subject}</a></li>`)}</ul>
    </section>`}
    <section>
      <h2>Times</h2>
      <dl>
        <dt>Opened</dt><dd>${moment(ticket.created_at)}</dd>
        <dt>Due</dt><dd><${Moment} at=${ticket.due_at ?? ticket.sla_due_at} /></dd>
        <dt>Closed</dt><dd><${Moment} at=${ticket.closed_at} /></dd>
      </dl>
    </section>
  </aside>`;
}
