/** The tickets of a user or an organization. */
import { html, useState } from "../vendor/preact-htm.js";
import { useResource } from "../shared/resource.js";
import { Empty, Loaded, Pager } from "../shared/widgets.js";
import { TicketTable } from "./ticket-table.js";

export function TicketsOf({ path }) {
  const [page, setPage] = useState(1);
  const [sort, setSort] = useState("-id");
  const tickets = useResource(path, { page, sort, per_page: 20 });
  return html`<section>
    <h2>Tickets</h2>
    <${Loaded} resource=${tickets}>${(data) => data.length ? html`<${TicketTable} tickets=${data} sort=${sort} onSort=${setSort} />` : html`<${Empty}>None.</${Empty}>`}</${Loaded}>
    <${Pager} meta=${tickets.meta} page=${page} onPage=${setPage} />
  </section>`;
}
