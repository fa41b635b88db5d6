/** Which keys there are. */
import { html } from "../vendor/preact-htm.js";
import { Dialog } from "../shared/dialog.js";

const GROUPS = [
  ["Everywhere", [["/", "Search"], ["c", "New ticket"], ["g i", "Inbox"], ["g t", "Tasks"], ["g u", "Users"], ["g o", "Organizations"], ["g s", "Statistics"], ["?", "These keys"]]],
  ["In a list", [["j, k", "Next, previous"], ["Enter", "Open"], ["x", "Select"], ["a", "Select all"]]],
  ["In a ticket", [["r", "Reply"], ["n", "Note"], ["a", "Assign"], ["t", "Transfer"], ["s", "Status"], ["m", "Merge or link"], ["u", "Back to the list"], ["Ctrl Enter", "Send"]]],
];

export const KeyHelp = ({ onClose }) => html`<${Dialog} wide title="Keys" onClose=${onClose}>
  <div class="key-help">
    ${GROUPS.map(
      ([name, keys]) => html`<section>
        <h3>${name}</h3>
        <dl>${keys.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
      </section>`,
    )}
  </div>
</${Dialog}>`;
