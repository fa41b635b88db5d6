/** Where to begin: ask, look, or read. */
import { html } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useResource } from "../shared/resource.js";
import { go, href } from "../shared/router.js";

export function Home() {
  const { desk, isIn } = useApp();
  const hasFaqs = desk?.knowledge_base.is_enabled && (isIn || !desk.knowledge_base.requires_sign_in);
  const featured = useResource(hasFaqs ? "/faqs" : null, { visibility: "featured", per_page: 6 });
  const find = (event) => {
    event.preventDefault();
    go("/faqs", { q: new FormData(event.target).get("q") });
  };
  return html`<div class="page">
    <h1>How can we help?</h1>
    ${hasFaqs && html`<form class="ask" role="search" onSubmit=${find}><input type="search" name="q" dir="auto" aria-label="Search the answers" placeholder="Search the answers" /><button type="submit">Search</button></form>`}
    <div class="columns">
      <a class="card choice" href=${href("/open")}><strong>Open a ticket</strong><span>Tell us what is wrong, with files if they help.</span></a>
      <a class="card choice" href=${href(isIn ? "/tickets" : "/check")}><strong>${isIn ? "My tickets" : "Check a ticket"}</strong><span>See what became of it, and answer us.</span></a>
    </div>
    ${featured.data?.length > 0 && html`<section><h2>Often asked</h2><ul class="plain">${featured.data.map((each) => html`<li><a href=${href(`/faqs/${each.id}`)} dir="auto">${each.question}</a></li>`)}</ul></section>`}
  </div>`;
}
