/** What can be done with a ticket, as far as the API allows it. */
import { html, useState } from "../vendor/preact-htm.js";
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
  const [dialog, setDialog] = useState(null);
  const allowed = ticket.allowed;
  const now = useAction(act);
  const open = DIALOGS[dialog];
  const canMerge = allowed.merge || allowed.link;
  const isOpen = ticket.status?.state !== "closed";
  const canChange = ticket.status && (isOpen ? allowed.close : allowed.reopen);
  useShortcuts({
    a: () => allowed.assign && setDialog("assign"),
    t: () => allowed.transfer && setDialog("transfer"),
    s: () => canChange && setDialog("status"),
    m: () => canMerge && setDialog("merge"),
  });
  const button = (name, label, isAllowed, does) => isAllowed && html`<button type="button" key=${name} onClick=${does ?? (() => setDialog(name))}>${label}</button>`;
  return html`<div class="buttons" role="group" aria-label="Actions">
    ${button("claim", "Claim", allowed.claim, () => now.run("claim", {}))}
    ${button("assign", "Assign", allowed.assign)}
    ${button("status", isOpen ? "Close or change status" : "Reopen", canChange)}
    <${MoreActions}>
      ${button("release", "Release", allowed.release && (ticket.staff || ticket.team), () => now.run("release", {}))}
      ${button("transfer", "Transfer", allowed.transfer)}
      ${button("refer", "Refer", allowed.refer)}
      ${button("owner", "Change the owner", allowed.edit)}
      ${button("merge", "Merge or link", canMerge)}
      ${button("answered", ticket.is_answered ? "Mark as unanswered" : "Mark as answered", allowed.mark_answered, () => now.run("mark", { as: ticket.is_answered ? "unanswered" : "answered" }))}
      ${button("delete", "Delete", allowed.delete)}
      <${PrintLinks} ticket=${ticket} reload=${reload} />
    </${MoreActions}>
    <${Problem} error=${now.error} />
    ${open && html`<${open} ticket=${ticket} act=${act} onClose=${() => setDialog(null)} />`}
  </div>`;
}
