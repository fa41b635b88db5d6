/** What was said and what was done, in one order: the newest at once, what was before when it is asked for. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { useAction, useResource } from "../shared/resource.js";
import { Moment, Problem } from "../shared/widgets.js";
import { Entry } from "./entry.js";

const QUERY = { sort: "-created_at", per_page: 50, urls: "signed" };

/** The conversation of a ticket or a task, oldest first. */
export function useTimeline(path) {
  const api = useApi();
  const newest = useResource(path, QUERY);
  const [older, setOlder] = useState({ items: [], cursor: undefined });
  const cursor = older.cursor === undefined ? newest.meta?.next_cursor : older.cursor;
  const more = useAction(async () => {
    const { data, meta } = await api.get(path, { ...QUERY, cursor });
    setOlder({ items: [...older.items, ...data], cursor: meta.next_cursor });
  });
  const known = new Map([...older.items, ...(newest.data ?? [])].map((each) => [each.id, each]));
  const items = [...known.values()].sort((one, other) => one.created_at.localeCompare(other.created_at) || inOrder(one, other));
  return { items, isLoading: newest.isLoading, error: newest.error ?? more.error, reload: newest.reload, more: cursor ? more : null };
}

/** Signs in a name that would turn the rest of a sentence round. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Within a second as the API has it: entries before events, each by its number. */
const inOrder = (one, other) => (one.kind === other.kind ? one[one.kind].id - other[other.kind].id : one.kind.localeCompare(other.kind));

export function Timeline({ ticket, timeline, onChanged }) {
  const { items, more, error } = timeline;
  return html`<div class="stack">
    ${more && html`<div class="buttons"><button type="button" disabled=${more.isRunning} onClick=${more.run}>Show what was before</button></div>`}
    <${Problem} error=${error} />
    <ol class="timeline">
      ${items.map(({ id, entry, event }) =>
        entry
          ? html`<li key=${id}><${Entry} ticket=${ticket} entry=${entry} onChanged=${onChanged} /></li>`
          : html`<li key=${id} class="event"><span dir="auto">${event.sentence.replace(TURNS, "")}</span> <${Moment} at=${event.created_at} /></li>`,
      )}
    </ol>
  </div>`;
}
