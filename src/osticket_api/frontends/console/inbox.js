/** A list of tickets: those of a queue, or those that a search finds. */
import { html, useEffect, useMemo, useState } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { number } from "../shared/format.js";
import { changesTicket, useLive } from "../shared/live.js";
import { useResource } from "../shared/resource.js";
import { go, useTitle } from "../shared/router.js";
import { Empty, Loaded, Pager, Problem } from "../shared/widgets.js";
import { BulkBar } from "./bulk-bar.js";
import { ExportButton } from "./export-button.js";
import { Filters, filterOf } from "./filters.js";
import { useShortcuts } from "./shortcuts.js";
import { columnsOf, ordersOf } from "./ticket-columns.js";
import { TicketTable } from "./ticket-table.js";

const FIELDS = "id,number,subject,status,priority,department,user,staff,team,is_overdue,is_answered,due_at,last_activity_at,last_message,counts,is_unread,allowed";
const IN_QUEUES = { columns: true, fields: "id,number,subject,status,department,is_overdue,is_answered,last_message,counts,is_unread,allowed,columns" };
const ELSEWHERE = { fields: FIELDS };
const INCLUDED = "last_message,counts,unread,allowed";

export function Inbox({ queue, query }) {
  const { queues, me } = useApp();
  const first = me?.preferences.default_queue_id ?? queues.data?.[0]?.id;
  const id = queue ?? (query.q === undefined ? first : null);
  const path = query.q !== undefined ? "/tickets" : id ? `/queues/${id}/tickets` : null;
  const page = Number(query.page ?? 1);
  const perPage = me?.preferences.page_size ?? 25;
  const shape = id ? IN_QUEUES : ELSEWHERE;
  const tickets = useResource(me && path, { ...filterOf(query), page, per_page: perPage, include: INCLUDED, ...shape });
  const columns = columnsOf(tickets.meta);
  useLive(changesTicket, tickets.reload);

  const [chosen, setChosen] = useState(new Set());
  const [at, setAt] = useState(-1);
  const rows = tickets.data ?? [];
  useEffect(() => setAt(-1), [path, page]);
  const change = (more) => go(location.hash.slice(1).split("?")[0], { ...query, page: undefined, ...more });
  const toggle = (ticket) => setChosen((before) => toggled(before, ticket));
  const all = () => setChosen(rows.every((each) => chosen.has(each.id)) ? new Set() : new Set(rows.map((each) => each.id)));
  useShortcuts({
    j: () => setAt(Math.min(at + 1, rows.length - 1)),
    k: () => setAt(Math.max(at - 1, 0)),
    Enter: () => rows[at] && go(`/tickets/${rows[at].id}`),
    x: () => rows[at] && toggle(rows[at].id),
    a: all,
  });
  const title = query.q !== undefined ? `Search: ${query.q}` : titleOf(queues.data, Number(id));
  useTitle(title);
  const done = (failed) => {
    setChosen(new Set(failed));
    tickets.reload();
  };
  const onPage = useMemo(() => rows.filter((each) => chosen.has(each.id)), [rows, chosen]);
  return html`<div class="page">
    <header class="page-head">
      <h1 dir="auto">${title} ${tickets.meta?.total != null && html`<span class="count">${number(tickets.meta.total)}</span>`}</h1>
      <${Filters} query=${query} orders=${ordersOf(columns)} onChange=${change} />
      <${ExportButton} path=${path} query=${filterOf(query)} isQueue=${Boolean(id)} />
    </header>
    ${onPage.length > 0 && html`<${BulkBar} tickets=${onPage} onDone=${done} onClear=${() => setChosen(new Set())} />`}
    ${tickets.data && html`<${Problem} error=${tickets.error} />`}
    <${Loaded} resource=${tickets}>${() => rows.length === 0
      ? html`<${Empty}>No tickets here.</${Empty}>`
      : html`<${TicketTable} tickets=${rows} columns=${columns} chosen=${chosen} at=${at} sort=${query.sort} onSort=${(sort) => change({ sort })} onToggle=${toggle} onAll=${all} />`}</${Loaded}>
    <${Pager} meta=${tickets.meta} page=${page} onPage=${(number) => change({ page: number })} />
  </div>`;
}

function toggled(set, value) {
  const copy = new Set(set);
  if (!copy.delete(value)) copy.add(value);
  return copy;
}

function titleOf(queues, id) {
  for (const queue of queues ?? []) {
    const title = queue.id === id ? queue.title : titleOf(queue.children, id);
    if (title) return title;
  }
  return "";
}
