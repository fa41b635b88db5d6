/** Which keys there are. */
import { html } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Dialog } from "../shared/dialog.js";

const GROUPS = [
  ["Everywhere", [["/", "Search"], ["c", "New ticket", "create_ticket"], ["g i", "Inbox"], ["g t", "Tasks"], ["g u", "Users", "read_directory"], ["g o", "Organizations", "read_directory"], ["g s", "Statistics"], ["?", "These keys"]]],
  ["In a list", [["j, k", "Next, previous"], ["Enter", "Open"], ["x", "Select"], ["a", "Select all"]]],
  ["In a ticket", [["r", "Reply"], ["n", "Note"], ["a", "Assign"], ["t", "Transfer"], ["s", "Status"], ["m", "Merge or link"], ["u", "Back to the list"], ["Ctrl Enter", "Send"]]],
];

export function KeyHelp({ onClose }) {
  const { me } = useApp();
  const shown = ([, , action]) => !action || may(me, action);
  return html`<${Dialog} wide title="Keys" onClose=${onClose}><div class="key-help">
    ${GROUPS.map(
      ([name, keys]) => html`<section>
        <h3>${name}</h3>
        <dl>${keys.filter(shown).map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
      </section>`,
    )}
  </div></${Dialog}>`;
}
