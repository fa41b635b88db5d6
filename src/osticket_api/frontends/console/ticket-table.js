/** Tickets in rows with sortable columns; on a phone each is a card. */
import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { href } from "../shared/router.js";
import { Badge, Icon, Moment } from "../shared/widgets.js";
import { columnsOf, leading, valuesOf } from "./ticket-columns.js";
import { isEmpty, shown } from "../shared/values.js";

export function TicketTable({ tickets, columns = columnsOf(), chosen, at, sort, onSort, onToggle, onAll }) {
  const isAll = tickets.every((each) => chosen?.has(each.id));
  return html`<div class="wide"><table class="tickets">
    <thead>
      <tr>
        ${chosen && html`<th class="pick"><input type="checkbox" aria-label="Select all" checked=${isAll} onChange=${onAll} /></th>`}
        ${columns.map(({ heading, sort_key }, place) => html`<${Head} key=${place} name=${heading} sortKey=${onSort && sort_key} sort=${sort} onSort=${onSort} />`)}
      </tr>
    </thead>
    <tbody>
      ${tickets.map((ticket, index) => html`<${Row} key=${ticket.id} ticket=${ticket} columns=${columns} isChosen=${chosen?.has(ticket.id)} canChoose=${Boolean(chosen)} isAt=${index === at} onToggle=${onToggle} />`)}
    </tbody>
  </table></div>`;
}

function Head({ name, sortKey, sort, onSort }) {
  if (!sortKey) return html`<th scope="col" dir="auto">${name}</th>`;
  const direction = sort === sortKey ? "ascending" : sort === `-${sortKey}` ? "descending" : undefined;
  const turned = direction === "descending" ? sortKey : `-${sortKey}`;
  return html`<th scope="col" aria-sort=${direction}>
    <button type="button" class="quiet" onClick=${() => onSort(turned)}><span dir="auto">${name}</span><span aria-hidden="true">${{ ascending: " ↑", descending: " ↓" }[direction] ?? ""}</span></button>
  </th>`;
}

function Row({ ticket, columns, isChosen, canChoose, isAt, onToggle }) {
  const row = useRef();
  useEffect(() => {
    if (isAt) row.current.querySelector("a").focus();
  }, [isAt]);
  const first = leading(columns);
  const values = valuesOf(ticket, columns);
  return html`<tr ref=${row} data-at=${isAt} data-unread=${ticket.is_unread}>
    ${canChoose && html`<td class="pick"><input type="checkbox" aria-label=${`Select ticket ${ticket.number}`} checked=${isChosen} onChange=${() => onToggle(ticket.id)} /></td>`}
    ${columns.map((column, place) =>
      place === first
        ? html`<${Leading} key=${place} ticket=${ticket} columns=${columns} value=${values[place]} />`
        : html`<td key=${place} data-label=${column.heading} data-empty=${isEmpty(values[place])} dir="auto"><${Value} column=${column} value=${values[place]} /></td>`,
    )}
  </tr>`;
}

/** The link to the ticket, and beside it what no other column says. */
function Leading({ ticket, columns, value }) {
  const preview = ticket.last_message?.preview;
  const isTold = (name) => columns.some((column) => column.name?.split(".")[0] === name);
  const told = [!isTold("number") && `#${ticket.number}`, !isTold("department") && ticket.department?.name].filter(Boolean).join(" · ");
  return html`<td class="subject">
    <a href=${href(`/tickets/${ticket.id}`)} dir="auto">${isEmpty(value) ? `#${ticket.number}` : shown(value)}</a>
    <small>${ticket.counts?.attachments > 0 && html`<${Icon} name="clip" label=${`${ticket.counts.attachments} files`} /> `}${told} ${marksOf(ticket).map(([kind, name]) => html`<${Badge} kind=${kind}>${name}</${Badge}>`)}</small>
    ${preview && html`<small class="preview-line" dir="auto">${preview}</small>`}
    ${ticket.is_unread && html`<span class="unseen">Unread</span>`}
  </td>`;
}

function Value({ column, value }) {
  if (isEmpty(value)) return "–";
  if (column.type === "moment") return html`<${Moment} at=${value} />`;
  if (column.name === "priority") return html`<${Badge} kind=${`priority-${value.name.toLowerCase()}`}>${value.name}</${Badge}>`;
  return shown(value);
}

const marksOf = (ticket) =>
  [
    ticket.status && ticket.status.state !== "open" && ["closed", ticket.status.name],
    ticket.is_overdue && ["overdue", "Overdue"],
    ticket.is_answered && ["answered", "Answered"],
  ].filter(Boolean);
