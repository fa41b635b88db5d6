/** Questions and answers, by category or by words. */
import { html } from "../vendor/preact-htm.js";
import { plain } from "../shared/format.js";
import { useResource } from "../shared/resource.js";
import { go, href } from "../shared/router.js";
import { Empty, Loaded, Pager } from "../shared/widgets.js";

export function Faqs({ query }) {
  const page = Number(query.page ?? 1);
  const categories = useResource("/faq-categories", { per_page: 100 });
  const faqs = useResource("/faqs", { q: query.q, category_id: query.category, page, per_page: 20 });
  const find = (event) => {
    event.preventDefault();
    go("/faqs", { q: new FormData(event.target).get("q") });
  };
  const category = categories.data?.find((each) => String(each.id) === query.category);
  return html`<div class="page">
    <h1 dir="auto">${category?.name ?? "Answers"}</h1>
    <form class="ask" role="search" onSubmit=${find}>
      <input type="search" key=${query.q} name="q" dir="auto" aria-label="Search the answers" placeholder="Search the answers" defaultValue=${query.q ?? ""} /><button type="submit">Search</button>
    </form>
    <nav class="categories" aria-label="Categories">
      <a href=${href("/faqs")} aria-current=${query.category ? undefined : "page"}>All</a>
      ${(categories.data ?? []).map((each) => html`<a href=${href("/faqs", { category: each.id })} dir="auto" aria-current=${category === each ? "page" : undefined}>${each.name}</a>`)}
    </nav>
    <${Loaded} resource=${faqs}>${(data) => data.length
      ? html`<ul class="plain">${data.map((each) => html`<li class="card" key=${each.id}><a href=${href(`/faqs/${each.id}`)} dir="auto"><strong>${each.question}</strong></a><p class="faint" dir="auto">${plain(each.answer).slice(0, 160)}</p></li>`)}</ul>`
      : html`<${Empty}>Nothing found. <a href=${href("/open")}>Open a ticket</a> instead.</${Empty}>`}</${Loaded}>
    <${Pager} meta=${faqs.meta} page=${page} onPage=${(number) => go("/faqs", { ...query, page: number })} />
  </div>`;
}
