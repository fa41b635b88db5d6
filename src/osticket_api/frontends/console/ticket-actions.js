/** What can be done with a ticket. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { PrintLinks } from "../shared/print-links.js";
import { useAction } from "../shared/resource.js";
import { Problem } from "../shared/widgets.js";
import { AssignDialog } from "./assign-dialog.js";
import { DeleteDialog } from "./delete-dialog.js";
import { MergeDialog } from "./merge-dialog.js";
import { MoreActions } from "./more-actions.js";
import { OwnerDialog } from "./owner-dialog.js";
import { ReferDialog } from "./refer-dialog.js";
import { useShortcuts } from "./shortcuts.js";
import { StatusDialog } from "./status-dialog.js";
import { TransferDialog } from "./transfer-dialog.js";

const DIALOGS = { assign: AssignDialog, transfer: TransferDialog, status: StatusDialog, refer: ReferDialog, owner: OwnerDialog, merge: MergeDialog, delete: DeleteDialog };

export function TicketActions({ ticket, act, reload }) {
  const { me } = useApp();
  const [dialog, setDialog] = useState(null);
  const now = useAction(act);
  const open = DIALOGS[dialog];
  const isOpen = ticket.status?.state !== "closed";
  const turn = ticket.status ? (isOpen ? "close" : "reopen") : []; // The status may be hidden.
  useShortcuts({
    a: () => may(ticket, "assign") && setDialog("assign"),
    t: () => may(ticket, "transfer") && setDialog("transfer"),
    s: () => may(ticket, turn) && setDialog("status"),
    m: () => may(ticket, "merge", "link") && setDialog("merge"),
  });
  const button = (to, label, does) => html`<${ActionButton} key=${label} of=${ticket} to=${to} onClick=${typeof does === "function" ? does : () => setDialog(does)}>${label}</${ActionButton}>`;
  return html`<div class="buttons" role="group" aria-label="Actions">
    ${button("claim", "Claim", () => now.run("claim", {}))}
    ${button("assign", "Assign", "assign")}
    ${button(turn, isOpen ? "Close or change status" : "Reopen", "status")}
    <${MoreActions}>
      ${(ticket.staff || ticket.team) && button("release", "Release", () => now.run("release", {}))}
      ${button("transfer", "Transfer", "transfer")}
      ${button("refer", "Refer", "refer")}
      ${may(me, "read_directory") && button("change_owner", "Change the owner", "owner")}
      ${button(["merge", "link"], "Merge or link", "merge")}
      ${button("mark_answered", ticket.is_answered ? "Mark as unanswered" : "Mark as answered", () => now.run("mark", { as: ticket.is_answered ? "unanswered" : "answered" }))}
      ${button("delete", "Delete", "delete")}
      <${PrintLinks} ticket=${ticket} reload=${reload} />
    </${MoreActions}>
    <${Problem} error=${now.error} />
    ${open && html`<${open} ticket=${ticket} act=${act} onClose=${() => setDialog(null)} />`}
  </div>`;
}
