/** Tickets in rows with sortable columns; on a phone each is a card. */
import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { href } from "../shared/router.js";
import { Badge, Icon, Moment } from "../shared/widgets.js";

const COLUMNS = [
  ["Ticket", "number"],
  ["From", null],
  ["Priority", "priority"],
  ["Assigned to", null],
  ["Due", "due_at"],
  ["Activity", "last_activity_at"],
];

export function TicketTable({ tickets, chosen, at, sort, onSort, onToggle, onAll }) {
  const isAll = tickets.every((each) => chosen?.has(each.id));
  return html`<table class="tickets">
    <thead>
      <tr>
        ${chosen && html`<th class="pick"><input type="checkbox" aria-label="Select all" checked=${isAll} onChange=${onAll} /></th>`}
        ${COLUMNS.map(([name, key]) => html`<${Head} name=${name} key=${name} sortKey=${onSort && key} sort=${sort} onSort=${onSort} />`)}
      </tr>
    </thead>
    <tbody>
      ${tickets.map((ticket, index) => html`<${Row} key=${ticket.id} ticket=${ticket} isChosen=${chosen?.has(ticket.id)} canChoose=${Boolean(chosen)} isAt=${index === at} onToggle=${onToggle} />`)}
    </tbody>
  </table>`;
}

function Head({ name, sortKey, sort, onSort }) {
  if (!sortKey) return html`<th scope="col">${name}</th>`;
  const direction = sort === sortKey ? "ascending" : sort === `-${sortKey}` ? "descending" : undefined;
  const turned = direction === "descending" ? sortKey : `-${sortKey}`;
  return html`<th scope="col" aria-sort=${direction}>
    <button type="button" class="quiet" onClick=${() => onSort(turned)}>${name}<span aria-hidden="true">${{ ascending: " ↑", descending: " ↓" }[direction] ?? ""}</span></button>
  </th>`;
}

function Row({ ticket, isChosen, canChoose, isAt, onToggle }) {
  const row = useRef();
  useEffect(() => {
    if (isAt) row.current.querySelector("a").focus();
  }, [isAt]);
  const assigned = [ticket.staff?.name, ticket.team?.name].filter(Boolean).join(", ");
  const preview = ticket.last_message?.preview;
  return html`<tr ref=${row} data-at=${isAt} data-unread=${ticket.is_unread}>
    ${canChoose && html`<td class="pick"><input type="checkbox" aria-label=${`Select ticket ${ticket.number}`} checked=${isChosen} onChange=${() => onToggle(ticket.id)} /></td>`}
    <td class="subject">
      <a href=${href(`/tickets/${ticket.id}`)} dir="auto">${ticket.subject}</a>
      <small>${ticket.counts?.attachments > 0 && html`<${Icon} name="clip" label=${`${ticket.counts.attachments} files`} /> `}#${ticket.number} ${ticket.department && html`· ${ticket.department.name}`} ${marksOf(ticket).map(([kind, name]) => html`<${Badge} kind=${kind}>${name}</${Badge}>`)}</small>
      ${preview && html`<small class="preview-line" dir="auto">${preview}</small>`}
      ${ticket.is_unread && html`<span class="unseen">Unread</span>`}
    </td>
    <td data-label="From" dir="auto">${ticket.user?.name ?? "–"}</td>
    <td data-label="Priority">${ticket.priority ? html`<${Badge} kind=${`priority-${ticket.priority.name.toLowerCase()}`}>${ticket.priority.name}</${Badge}>` : "–"}</td>
    <td data-label="Assigned to" dir="auto">${assigned || "–"}</td>
    <td data-label="Due"><${Moment} at=${ticket.due_at} /></td>
    <td data-label="Activity"><${Moment} at=${ticket.last_activity_at ?? ticket.created_at} /></td>
  </tr>`;
}

const marksOf = (ticket) =>
  [
    ticket.status?.state !== "open" && ["closed", ticket.status?.name],
    ticket.is_overdue && ["overdue", "Overdue"],
    ticket.is_answered && ["answered", "Answered"],
  ].filter(Boolean);
