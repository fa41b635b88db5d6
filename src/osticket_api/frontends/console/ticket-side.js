/** What a ticket is about: its properties, its people, its tasks, its relatives. */
import { html } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { CustomFields } from "../shared/custom-fields.js";
import { Facts } from "../shared/facts.js";
import { href } from "../shared/router.js";
import { Moment } from "../shared/widgets.js";
import { Collaborators } from "./collaborators.js";
import { Properties } from "./properties.js";
import { Relatives } from "./relatives.js";
import { TicketTasks } from "./ticket-tasks.js";

export function TicketSide({ ticket, onChanged }) {
  return html`<aside class="ticket-side" aria-label="Details">
    <${Properties} ticket=${ticket} onChanged=${onChanged} />
    ${ticket.user !== undefined && html`<section>
      <h2>Requester</h2>
      ${ticket.user
        ? html`<p><a href=${href(`/users/${ticket.user.id}`)} dir="auto">${ticket.user.name}</a><br /><small>${ticket.user.email}</small></p>`
        : html`<p>Nobody</p>`}
      ${ticket.organization && html`<p><a href=${href(`/organizations/${ticket.organization.id}`)} dir="auto">${ticket.organization.name}</a></p>`}
    </section>`}
    <${CustomFields} path=${`/tickets/${ticket.id}`} thing=${ticket} mayChange=${may(ticket, "edit")} onChanged=${onChanged} />
    <${Collaborators} ticket=${ticket} onChanged=${onChanged} />
    <${TicketTasks} ticket=${ticket} onChanged=${onChanged} />
    <${Relatives} ticket=${ticket} onChanged=${onChanged} />
    <section>
      <h2>Times</h2>
      <${Facts} rows=${[["Opened", momentOf(ticket.created_at)], ["Due", momentOf(ticket.due_at ?? ticket.sla_due_at)], ["Closed", momentOf(ticket.closed_at)]]} />
    </section>
  </aside>`;
}

const momentOf = (at) => at && html`<${Moment} at=${at} />`;
