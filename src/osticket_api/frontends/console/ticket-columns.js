/** The columns of ticket lists: those of the queue, else the usual ones. */

/** What is shown of tickets that are in no queue, said as queues say it. */
const USUAL = [
  { heading: "Ticket", name: "subject", type: "text", sort_key: "number" },
  { heading: "From", name: "user.name", type: "text", sort_key: null },
  { heading: "Priority", name: "priority", type: "reference", sort_key: "priority" },
  { heading: "Assigned to", name: "assignee", type: "reference", sort_key: null },
  { heading: "Due", name: "due_at", type: "moment", sort_key: "due_at" },
  { heading: "Activity", name: "last_activity_at", type: "moment", sort_key: "last_activity_at" },
];

/** The columns of a list by its `meta`. */
export const columnsOf = (meta) => meta?.columns ?? USUAL;

/** What a ticket has in each column. */
export const valuesOf = (ticket, columns) => ticket.columns ?? columns.map((column) => valueAt(ticket, column.name));

/** The column that leads to the ticket. */
export function leading(columns) {
  const places = ["subject", "number"].map((name) => columns.findIndex((column) => column.name === name));
  return places.find((place) => place >= 0) ?? 0;
}

/** The orders that the columns offer, as pairs of what `sort` takes and its title. */
export const ordersOf = (columns) =>
  columns
    .filter((column) => column.sort_key)
    .flatMap(({ heading, sort_key }) => [
      [sort_key, `${heading}, ascending`],
      [`-${sort_key}`, `${heading}, descending`],
    ]);

function valueAt(ticket, name) {
  if (name === "assignee") return ticket.staff ?? ticket.team;
  return name.split(".").reduce((found, part) => found?.[part], ticket);
}
