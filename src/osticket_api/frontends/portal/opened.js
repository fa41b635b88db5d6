/** What a guest reads who has opened a ticket: `#/opened?number=...`. */
import { html } from "../vendor/preact-htm.js";
import { href } from "../shared/router.js";

export const Opened = ({ query: { number } }) => html`<section class="card stack" role="status">
  <h1>Ticket #${number} is opened</h1>
  <p>Thank you. We answer by e-mail. Keep the number if you want to <a href=${href("/check", { number })}>check the ticket</a>.</p>
</section>`;
