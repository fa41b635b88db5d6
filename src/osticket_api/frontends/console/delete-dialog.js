/** Whether to delete for good. */
import { html } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { useAction } from "../shared/resource.js";

export function DeleteDialog({ act, kind = "ticket", count = 1, onClose }) {
  const remove = useAction(() => act("delete", {}));
  return html`<${FormDialog} title="Delete" submit="Delete" danger action=${remove} onClose=${onClose}>
    <p>${count === 1 ? `The ${kind}, its conversation and its files are` : `${count} tickets, their conversations and files are`} deleted for good.</p>
  </${FormDialog}>`;
}
