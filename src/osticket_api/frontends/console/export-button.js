/** The whole list as a table for spreadsheets. */
import { html } from "../vendor/preact-htm.js";
import { search } from "../shared/api.js";
import { useApi } from "../shared/context.js";
import { useAction } from "../shared/resource.js";
import { save } from "../shared/save.js";

const OF_QUEUES = { columns: true, fields: "columns" };
const OF_ALL = { fields: "number,subject,status,user,priority,department,staff,team,due_at,created_at,last_activity_at" };

export function ExportButton({ path, query, isQueue }) {
  const api = useApi();
  const url = `${api.base}${path}${search({ ...query, ...(isQueue ? OF_QUEUES : OF_ALL) })}`;
  const { run, isRunning } = useAction(() => save(api, { url, name: "tickets.csv" }, { Accept: "text/csv" }));
  return html`<button type="button" disabled=${!path || isRunning} onClick=${run}>Export</button>`;
}
