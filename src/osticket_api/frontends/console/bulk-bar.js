/** What can be done with several tickets at once. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { useApi } from "../shared/context.js";
import { toast } from "../shared/toasts.js";
import { AssignDialog } from "./assign-dialog.js";
import { DeleteDialog } from "./delete-dialog.js";
import { StatusDialog } from "./status-dialog.js";
import { TransferDialog } from "./transfer-dialog.js";
import { useAction } from "../shared/resource.js";
import { Problem } from "../shared/widgets.js";

/** The actions, each with what `allowed` calls it. */
const ACTIONS = [["assign", "Assign", ["assign"]], ["transfer", "Transfer", ["transfer"]], ["status", "Status", ["close", "reopen"]], ["delete", "Delete", ["delete"]]];
const DIALOGS = { assign: AssignDialog, transfer: TransferDialog, status: StatusDialog, delete: DeleteDialog };

export function BulkBar({ tickets, onDone, onClear }) {
  const api = useApi();
  const [dialog, setDialog] = useState(null);
  const act = async (action, parameters) => {
    const { data } = await api.postOnce("/tickets/bulk", { tickets: tickets.map((each) => each.id), action, parameters });
    const failed = data.filter((each) => !each.ok);
    const why = failed.map((each) => each.errors?.[0]?.message).find(Boolean) ?? "Some could not be changed.";
    if (failed.length === data.length) throw new Error(why);
    toast(`${data.length - failed.length} of ${data.length} tickets changed.`);
    if (failed.length) toast(why);
    onDone(failed.map((each) => each.ticket)); // They stay selected.
  };
  const claim = useAction(() => act("claim", {}));
  const open = DIALOGS[dialog];
  return html`<div class="bulk" role="region" aria-label="Selected tickets">
    <strong>${tickets.length} selected</strong>
    <${ActionButton} of=${tickets} to="claim" onClick=${claim.run}>Claim</${ActionButton}>
    ${ACTIONS.map(([name, label, to]) => html`<${ActionButton} key=${name} of=${tickets} to=${to} class=${name === "delete" && "danger"} onClick=${() => setDialog(name)}>${label}</${ActionButton}>`)}
    <button type="button" class="quiet" onClick=${onClear}>Select none</button>
    ${!ACTIONS.every(([, , to]) => may(tickets, ...to)) && html`<small>What is grey is not yours to do with these tickets.</small>`}
    <${Problem} error=${claim.error} />
    ${open && html`<${open} act=${act} tickets=${tickets} count=${tickets.length} onClose=${() => setDialog(null)} />`}
  </div>`;
}
